// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace davit::aws::local::ecr {

/// What a path of the registry's API names.
struct RegistryPath {
  enum class Kind { root, manifest, blob, uploads, upload, tags, referrers, unknown };
  Kind kind = Kind::unknown;
  std::string repository;
  std::string name = {};  ///< tag, digest or upload
};

/// Repositories hold slashes, so that a path is read from its end.
RegistryPath read_registry_path(std::string_view path);

/// [a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/...)*, 2 to 256 characters: what ECR takes as a repository's name.
bool is_repository_name(std::string_view name);

/// [a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}
bool is_tag_name(std::string_view tag);

}  // namespace davit::aws::local::ecr
