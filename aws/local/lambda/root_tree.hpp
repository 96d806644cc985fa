// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "aws/core/result.hpp"

namespace davit::aws::local::lambda {

/// Adds what a program expects of a root file system and an image does not hold: /tmp, /proc, devices (empty files where making devices is
/// not allowed, to mount over), name resolution. What the image has stays; no link of the image leads the writer outside.
Status prepare_root(const std::filesystem::path& root);

/// "3.12" when the tree holds Python, in the places where AWS's and Debian's images have it.
std::optional<std::string> python_version_of(const std::filesystem::path& root);

}  // namespace davit::aws::local::lambda
