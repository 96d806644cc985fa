// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

#include "cli/config/project.hpp"

namespace davit::cli::config {

/// A runtime of Lambda that functions of zip archives run in (docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html).
struct Runtime {
  std::string_view name;
  HandlerKind kind = HandlerKind::python;
  int glibc_minor = 0;   ///< of 2.x: Amazon Linux 2 has 2.26, Amazon Linux 2023 has 2.34
  int python_minor = 0;  ///< of 3.x; 0 where the runtime has no Python
};

inline constexpr std::array<Runtime, 8> k_runtimes{{{"python3.9", HandlerKind::python, 26, 9},
                                                    {"python3.10", HandlerKind::python, 26, 10},
                                                    {"python3.11", HandlerKind::python, 26, 11},
                                                    {"python3.12", HandlerKind::python, 34, 12},
                                                    {"python3.13", HandlerKind::python, 34, 13},
                                                    {"python3.14", HandlerKind::python, 34, 14},
                                                    {"provided.al2", HandlerKind::native, 26},
                                                    {"provided.al2023", HandlerKind::native, 34}}};

/// Null for a name that is none of them.
const Runtime* runtime_named(std::string_view name);

/// What a zip package runs in when davit.yaml does not say: python3.12 or provided.al2023; empty for a kind without a runtime here.
std::string_view default_runtime(HandlerKind kind);

}  // namespace davit::cli::config
