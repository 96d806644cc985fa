// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "templates/embedded_file.hpp"

namespace davit::templates {

/// A project skeleton that `davit init` writes.
struct Template {
  std::string_view name;
  std::string_view summary;
  std::span<const EmbeddedFile> files;
};

/// All of them, in the order of the manual.
std::span<const Template> catalogue();

}  // namespace davit::templates
