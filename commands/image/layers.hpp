// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "aws/core/result.hpp"
#include "aws/oci/layout.hpp"
#include "cli/config/project.hpp"
#include "commands/image/base.hpp"
#include "commands/image/file_tree.hpp"
#include "commands/image/installer.hpp"
#include "commands/image/layer_cache.hpp"
#include "commands/image/lock_file.hpp"

namespace davit::commands::image {

/// What all layers of one build are made with.
struct LayerContext {
  const cli::config::Project& project;
  const Base& base;
  const LayerCache& cache;
  const LockFile& lock;
  std::int64_t mtime = 0;  ///< Unix seconds, of every file
  bool refresh = false;    ///< makes every layer again, even when nothing changed
  Installer installer = Installer::automatic;
  Progress progress;
};

/// A layer of the image, or an archive of the zip package, and how davit came by it.
struct BuiltLayer {
  aws::oci::Layer layer;
  std::string kind;  ///< "base", "runtime", "dependencies" or "application"
  bool cached = false;
  std::vector<std::string> notices;
  std::vector<std::string> ignored = {};  ///< of the application: what stayed out by a rule, see FileTree
};

/// The wheels of one layer, before they are installed.
struct WheelLayer {
  std::string kind;
  std::string key;                        ///< of the cache: all that decides the bytes
  std::vector<std::string> requirements;  ///< arguments of pip
  std::filesystem::path directory;        ///< what relative paths in them start from
  std::vector<std::string> notices;
  std::string target;                     ///< the layer's name in the lock file
  std::string lines;                      ///< what the wheels are chosen for, for the lock file
  std::vector<std::string> options = {};  ///< of the requirements file: where wheels come from
  std::vector<LockedWheel> locked = {};   ///< exactly these are installed, when there are any
};

/// The layers of wheels that the handler needs, lowest first: AWS's runtime interface client where neither the base nor the requirements
/// bring it, then the requirements file. Where the lock file names their wheels, those are taken; it is a usage error when the requirements
/// have changed since.
Result<std::vector<WheelLayer>> plan_wheels(const LayerContext& context);

/// The same before a look at the lock file: what `image lock` chooses wheels for.
Result<std::vector<WheelLayer>> unlocked_wheels(const LayerContext& context);

/// What the lock file says about a layer's requirements.
std::string requirements_digest(const WheelLayer& layer);

/// From the cache, where an unchanged layer costs nothing, else by pip.
Result<BuiltLayer> build_wheels(const WheelLayer& wheels, const LayerContext& context);

/// The layer, if the cache holds it whole.
std::optional<BuiltLayer> cached_wheels(const WheelLayer& wheels, const LayerContext& context);

/// The layer of the handler's own files, if it was made before from the same files.
Result<std::optional<BuiltLayer>> cached_application(const FileTree& tree, const LayerContext& context);

/// The layers of wheels and of the handler's own files, if all of them were made before.
Result<std::optional<std::vector<BuiltLayer>>> cached_layers(const std::vector<WheelLayer>& wheels, const FileTree& tree,
                                                             const LayerContext& context);

/// Where the layer of the handler's own files is kept. It is too quickly made to lie in the cache as well.
struct ApplicationBlob {
  std::function<bool(const aws::oci::Layer&)> is_there;
  std::function<Result<aws::oci::Layer>(const FileTree&)> write;
};

/// In an image's layout, or as the archive that is the function's package. What they are made from must outlive them.
ApplicationBlob blob_in_layout(const LayerContext& context, const aws::oci::Layout& layout);
ApplicationBlob blob_in_archive(const LayerContext& context, const std::filesystem::path& file);

/// The handler's own files, under /var/task.
Result<BuiltLayer> build_application(const FileTree& tree, const LayerContext& context, const ApplicationBlob& blob);

}  // namespace davit::commands::image
