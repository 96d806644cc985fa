// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/config/project.hpp"
#include "cli/plan.hpp"
#include "commands/image/layers.hpp"
#include "commands/image/registry_base.hpp"

namespace davit::commands::image {

struct BuildRequest {
  const cli::config::Project* project = nullptr;
  std::filesystem::path state_directory;  ///< `.davit`: the layout and the cache lie in it
  std::filesystem::path out = {};         ///< the layout's folder; empty means `image`, or `zip/<tag>`, in the state directory
  std::string tag = {};                   ///< empty means the environment's name, else "latest"
  std::int64_t mtime = 0;                 ///< Unix seconds: of every file, and the image's creation time
  bool refresh = false;                   ///< makes every layer again, whatever the cache holds
  Installer installer = Installer::automatic;
  OpenRegistry open_registry = {};  ///< for a base that is in one
  Progress progress = {};
};

/// An archive of a zip package.
struct BuiltArchive {
  std::filesystem::path path;  ///< absolute
  std::string kind;            ///< "function" or "layer"
  std::string digest;
  std::uint64_t size = 0;
  std::uint64_t unzipped_size = 0;
};

struct BuildResponse {
  std::string digest;            ///< of the manifest, or of a zip package (package_digest())
  std::filesystem::path layout;  ///< absolute; of a zip package the folder of its archives
  std::string tag;
  std::vector<BuiltLayer> layers;
  std::vector<BuiltArchive> archives;  ///< of a zip package: the layer, if there is one, then the function
  std::vector<std::string> notices;
  std::vector<std::string> ignored;  ///< what of the source folder stayed out by a rule
  bool changed = false;              ///< false when the tag pointed to this very image before

  /// "DIR:TAG", which Lambda's local stand-in and other commands take after "oci:"; of a zip package the folder alone.
  [[nodiscard]] std::string reference() const { return archives.empty() ? layout.string() + ":" + tag : layout.string(); }
};

struct BuildPlan {
  cli::Plan plan;
  std::optional<BuildResponse> unchanged;  ///< what build() would give, when there is nothing to do
};

/// What build() would do, step by step. Writes nothing.
Result<BuildPlan> plan_build(const BuildRequest& request);

/// Builds the handler's image into an OCI layout, or its zip package into a folder. The same input gives the same digest in any folder,
/// time zone, umask, and for any user. The index is written last: interrupted, the image of before is whole.
Result<BuildResponse> build(const BuildRequest& request);

/// SOURCE_DATE_EPOCH (reproducible-builds.org/specs/source-date-epoch), else 0. Usage error when it is no number of seconds.
Result<std::int64_t> source_date_epoch();

void add_build(CLI::App& group, cli::Registry& registry);

}  // namespace davit::commands::image
