// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace davit::templates {

/// A file of a template, compiled into the binary.
struct EmbeddedFile {
  std::string_view path;  ///< relative to the template's folder
  std::string_view bytes;
};

}  // namespace davit::templates
