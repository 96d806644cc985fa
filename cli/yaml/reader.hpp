// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "aws/core/result.hpp"
#include "cli/yaml/node.hpp"

namespace davit::cli::yaml {

/// Reads one YAML document from `text`; `name` is what errors call it. An empty one is a null node.
/// Anchors, aliases and merge keys (`<<`) are resolved; a value that came through an alias keeps the place where it is written.
/// Usage error, with every place: what is no YAML, no UTF-8 or no single document; a key that appears twice in one map or is no plain
/// text; a tag other than !!str; an anchor inside its own value; and more than 1 MiB, 64 levels or 100,000 values (aliases counted in
/// full, so that a few lines cannot unfold into gigabytes).
Result<Document> read(std::string_view text, std::string_view name);

/// The same, for a caller that goes on to find more problems in the file and refuses it then: keys that appear twice are appended to
/// `problems`, and the first of each counts.
Result<Document> read(std::string_view text, std::string_view name, std::vector<Diagnostic>& problems);

}  // namespace davit::cli::yaml
