// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "aws/core/result.hpp"
#include "aws/oci/layout.hpp"
#include "cli/config/project.hpp"

namespace davit::commands::image {

/// The Python of a base image.
struct PythonRuntime {
  std::string interpreter;  ///< absolute path in the image; never a link, which Lambda refuses as an entrypoint
  int minor = 0;            ///< of 3.x
  int glibc_minor = 0;      ///< of 2.x: decides which wheels run
};

/// What an image is built upon.
struct Base {
  std::string name;                        ///< as davit.yaml says it
  std::optional<aws::oci::Layout> layout;  ///< nothing for "scratch"
  std::optional<aws::oci::Image> image;
  std::optional<PythonRuntime> python;
  bool is_aws = false;  ///< one of AWS's own, which bring the runtime interface client and its entrypoint
};

/// Opens what `handler.base` names: "scratch", or "oci:DIR[:TAG]" relative to the project file. Refuses registry references by name, and a
/// base for another architecture. What reading its layers through tells is kept in the folder `cache`
/// if that exists.
Result<Base> open_base(const cli::config::Project& project, const std::filesystem::path& cache);

}  // namespace davit::commands::image
