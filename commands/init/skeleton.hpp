// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "aws/core/result.hpp"
#include "templates/catalogue.hpp"

namespace davit::commands::init {

/// A file of a new project.
struct SkeletonFile {
  std::string path;  ///< relative to the project's folder
  std::string content;
};

/// The template's files under the project's name: in davit.yaml `name` becomes it, and an image repository named after the template is
/// named after the project. `gitignore` becomes `.gitignore`, a name that would have hidden files from the template's own repository.
Result<std::vector<SkeletonFile>> skeleton_of(const templates::Template& chosen, const std::string& name);

}  // namespace davit::commands::init
