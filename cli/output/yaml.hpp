// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "aws/core/json.hpp"

namespace davit::cli {

/// Block-style YAML 1.2. Strings stand in double quotes unless they are plain words that no YAML reader, 1.1 ones included, takes for
/// another type ("no", "0123" and "1e3" are such traps).
std::string render_yaml(const OrderedJson& value);

}  // namespace davit::cli
