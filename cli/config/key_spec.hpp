// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "cli/config/project.hpp"
#include "cli/yaml/scalar.hpp"

namespace davit::cli::config {

/// "name" (a text) or "name:S", "name:N", "name:B".
yaml::Typed<KeyAttribute> parse_key_attribute(std::string_view text);

/// As in davit.yaml: "name", "name:N" or "[partition, sort]"; also "partition,sort" for a command line.
yaml::Typed<KeySpec> parse_key_spec(std::string_view text);

/// Both attributes need names of their own.
yaml::Typed<KeySpec> make_key_spec(KeyAttribute partition, std::optional<KeyAttribute> sort);

/// As it stands in davit.yaml: the type is left out where it is S.
std::string to_string(const KeyAttribute& attribute);

}  // namespace davit::cli::config
