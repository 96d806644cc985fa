// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "aws/core/result.hpp"
#include "aws/oci/layout.hpp"

namespace davit::commands::image {

/// Writes an image of a layout as `docker save` would, for `docker load`, podman, skopeo (docker-archive:) and the AWS CDK: manifest.json,
/// the config, and the layers uncompressed (github.com/moby/docker-image-spec, "Combined Image JSON + Filesystem Changeset Format"). The
/// bytes depend on image, name and time alone. Every layer is verified; the file takes the place of an older one when it is whole.
///
/// `name` is "REPOSITORY:TAG"; `mtime` in Unix seconds.
Status write_docker_archive(const aws::oci::Layout& layout, const aws::oci::Image& image, const std::string& name, std::int64_t mtime,
                            const std::filesystem::path& file);

}  // namespace davit::commands::image
