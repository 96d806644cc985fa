// SPDX-License-Identifier: Apache-2.0
#include "cli/nouns.hpp"

#include "commands/local/local.hpp"
#include "commands/version/version.hpp"

namespace davit::cli {

std::span<const Noun> nouns()
{
  static constexpr Noun k_nouns[] = {
      {"local", "The embedded local AWS", commands::local::add_local},
      {"version", "Print the version and how this binary was built", commands::version::add_version},
  };
  return k_nouns;
}

}  // namespace davit::cli
