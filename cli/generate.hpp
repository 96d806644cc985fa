// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "aws/core/result.hpp"

namespace davit::cli {

/// `davit __generate DIR`: writes man/, completions/ and interface.json, all made from the command tree, below DIR. For the build of
/// davit itself; the test `generated_files_are_current` compares them with the committed ones.
Status generate(std::span<const char* const> arguments);

}  // namespace davit::cli
