// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "aws/core/result.hpp"
#include "aws/oci/layout.hpp"
#include "cli/config/project.hpp"
#include "cli/config/runtime.hpp"
#include "commands/image/registry_base.hpp"

namespace davit::commands::image {

/// The Python of a base image.
struct PythonRuntime {
  std::string interpreter;  ///< absolute path in the image; never a link, which Lambda refuses as an entrypoint
  int minor = 0;            ///< of 3.x
  int glibc_minor = 0;      ///< of 2.x: decides which wheels run
};

/// What an image is built upon, or a zip package runs in.
struct Base {
  std::string name;                        ///< as davit.yaml says it
  std::optional<aws::oci::Layout> layout;  ///< nothing for "scratch"
  std::optional<aws::oci::Image> image;
  std::optional<PythonRuntime> python;
  bool was_offline = false;                       ///< a tag whose registry did not answer: what it named before
  bool is_aws = false;                            ///< one of AWS's own, which bring the runtime interface client and its entrypoint
  const cli::config::Runtime* runtime = nullptr;  ///< of a zip package, which has no image
};

enum class Fetch { no, missing };

/// Where a base of a registry comes from.
struct BaseSource {
  std::filesystem::path folder;  ///< the layout in which bases are kept
  OpenRegistry open_registry;
  std::string pinned = {};  ///< digest of the manifest that is taken, whatever the tag names now; empty asks the registry
  std::function<void(std::string_view)> progress = {};
  Fetch fetch = Fetch::missing;
};

/// Opens what `handler.base` names, or for a zip package what is known of `handler.runtime`: "scratch", "oci:DIR[:TAG]" relative to the
/// project file, or an image of a registry; nothing when that would have to be fetched and may not be. Refuses a base for another
/// architecture. What reading its layers through tells is kept in the folder `cache` if that exists.
Result<std::optional<Base>> open_base(const cli::config::Project& project, const std::filesystem::path& cache, const BaseSource& source);

}  // namespace davit::commands::image
