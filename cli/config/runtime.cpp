// SPDX-License-Identifier: Apache-2.0
#include "cli/config/runtime.hpp"

#include <algorithm>

namespace davit::cli::config {

const Runtime* runtime_named(std::string_view name)
{
  const auto found = std::find_if(k_runtimes.begin(), k_runtimes.end(), [&](const Runtime& runtime) { return runtime.name == name; });
  return found == k_runtimes.end() ? nullptr : &*found;
}

std::string_view default_runtime(HandlerKind kind)
{
  switch (kind) {
    case HandlerKind::python:
      return "python3.12";
    case HandlerKind::native:
      return "provided.al2023";
    case HandlerKind::node:
      return {};
  }
  return {};
}

}  // namespace davit::cli::config
