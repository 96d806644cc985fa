// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/core/json.hpp"
#include "aws/core/result.hpp"

/// The documents of the OCI image specification 1.0 (github.com/opencontainers/image-spec: descriptor.md, manifest.md, config.md).
namespace davit::aws::oci {

namespace media_type {
inline constexpr std::string_view k_index = "application/vnd.oci.image.index.v1+json";
inline constexpr std::string_view k_manifest = "application/vnd.oci.image.manifest.v1+json";
inline constexpr std::string_view k_config = "application/vnd.oci.image.config.v1+json";
inline constexpr std::string_view k_layer = "application/vnd.oci.image.layer.v1.tar";
inline constexpr std::string_view k_layer_gzip = "application/vnd.oci.image.layer.v1.tar+gzip";
}  // namespace media_type

/// The annotation that names an image in a layout.
inline constexpr std::string_view k_ref_name = "org.opencontainers.image.ref.name";

using Annotations = std::map<std::string, std::string>;

struct Platform {
  std::string os = "linux";
  std::string architecture;  ///< as Go names it: amd64, arm64
  std::string variant = {};
};

/// A blob by its digest, type and size.
struct Descriptor {
  std::string media_type;
  std::string digest;
  std::uint64_t size = 0;
  Annotations annotations = {};
  std::optional<Platform> platform = std::nullopt;
};

struct Manifest {
  Descriptor config;
  std::vector<Descriptor> layers;
  Annotations annotations = {};
};

/// An entry of `history`; the ones without a layer say so.
struct History {
  std::string created;
  std::string created_by;
  std::string comment = {};
  bool empty_layer = false;
};

struct ImageConfig {
  Platform platform;
  std::string created;                   ///< RFC 3339
  std::vector<std::string> environment;  ///< "NAME=value"
  std::vector<std::string> entrypoint;
  std::vector<std::string> command;
  std::string working_directory;
  std::map<std::string, std::string> labels;
  std::vector<std::string> diff_ids;
  std::vector<History> history;
  /// Members that davit does not know, kept as they were found: of the document, and of its `config`.
  OrderedJson other = OrderedJson::object();
  OrderedJson other_config = OrderedJson::object();

  /// The value of an environment variable.
  [[nodiscard]] std::optional<std::string> variable(std::string_view name) const;
  void set_variable(const std::string& name, const std::string& value);
};

/// `name` is what an error calls the document.
Result<std::vector<Descriptor>> parse_index(std::string_view text, std::string_view name);
Result<Manifest> parse_manifest(std::string_view text, std::string_view name);
Result<ImageConfig> parse_config(std::string_view text, std::string_view name);

/// Members in one fixed order and no white space: the bytes decide the digest.
std::string to_text(const std::vector<Descriptor>& index);
std::string to_text(const Manifest& manifest);
std::string to_text(const ImageConfig& config);

}  // namespace davit::aws::oci
