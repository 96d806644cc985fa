// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "cli/command.hpp"

namespace davit::cli {

/// The first level of the command tree, in the order of `davit --help`.
std::span<const Noun> nouns();

}  // namespace davit::cli
