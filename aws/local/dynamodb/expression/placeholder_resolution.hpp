// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "aws/local/dynamodb/expression/check.hpp"

namespace davit::aws::local::dynamodb {

using Complaint = std::optional<std::string>;

/// The first reserved word that the path uses as a name.
Complaint reserved_in(const Path& path);

/// Puts the attribute names in the place of their placeholders.
Complaint resolve(Path& path, Placeholders& placeholders);

/// Puts the value in the place of its placeholder.
Complaint resolve_value(Node& node, Placeholders& placeholders);

/// The first complaint about a pair of the paths, overlaps before conflicts.
Complaint overlap_among(const std::vector<const Path*>& paths);

}  // namespace davit::aws::local::dynamodb
