// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "aws/core/result.hpp"
#include "aws/registry/exchange.hpp"

/// A registry: https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md
namespace davit::aws::registry {

namespace media_type {
inline constexpr std::string_view k_docker_manifest = "application/vnd.docker.distribution.manifest.v2+json";
inline constexpr std::string_view k_docker_index = "application/vnd.docker.distribution.manifest.list.v2+json";
inline constexpr std::string_view k_docker_config = "application/vnd.docker.container.image.v1+json";
inline constexpr std::string_view k_docker_layer_gzip = "application/vnd.docker.image.rootfs.diff.tar.gzip";
inline constexpr std::string_view k_oci_manifest = "application/vnd.oci.image.manifest.v1+json";
inline constexpr std::string_view k_oci_index = "application/vnd.oci.image.index.v1+json";
}  // namespace media_type

/// Whether it lists manifests, one for each platform.
inline bool is_index(std::string_view type)
{
  return type == media_type::k_oci_index || type == media_type::k_docker_index;
}

/// A manifest or an index, its bytes verified.
struct StoredManifest {
  std::string media_type;
  std::string digest;  ///< computed here
  std::string content;
};

struct Blob {
  std::string digest;  ///< "sha256:..."
  std::uint64_t size = 0;
};

/// An upload as it can be taken up again by another process.
struct UploadProgress {
  std::string location;      ///< where the registry wants the next bytes
  std::uint64_t offset = 0;  ///< how many it is known to have
};

struct UploadOptions {
  std::optional<UploadProgress> resume = std::nullopt;          ///< what an earlier process came to
  std::function<void(const UploadProgress&)> on_progress = {};  ///< is told what to keep for a resume; may be empty
  std::function<void(std::uint64_t bytes)> on_sent = {};        ///< how many bytes of the blob are on their way or there; may be empty
};

struct UploadResult {
  std::uint64_t sent = 0;     ///< bytes of all attempts
  std::uint64_t resumed = 0;  ///< bytes that an earlier process had brought there
};

/// One registry, for one thread; several may share an Authorizer. Every error names the registry and what was tried. A repository that does
/// not exist is a not-found error where the registry says so (NAME_UNKNOWN).
class Client
{
public:
  enum class Purpose { pull, push };

  /// Usage error when the host makes no URL.
  static Result<Client> open(const std::string& host, Purpose purpose, std::shared_ptr<Authorizer> authorizer,
                             const http::ClientSettings& settings = {});

  /// Whether there is a registry at all.
  Status ping();

  /// By tag or digest. Nothing when it is not there, or when the repository is not. Failed error when the bytes do not have the digest that
  /// was asked for or that the registry states.
  Result<std::optional<StoredManifest>> find_manifest(const std::string& repository, const std::string& version);

  /// Stores a manifest, whose blobs must be there, under a tag or its digest. Failed error when the registry states another digest.
  Status put_manifest(const std::string& repository, const std::string& version, std::string_view media_type, const std::string& content);

  /// Failed error when the registry has a blob of that digest with another size.
  Result<bool> has_blob(const std::string& repository, const Blob& blob);

  /// Reads a blob piece by piece, verified at its end: only success means that the pieces were right. Goes on by Range where a connection
  /// was lost. An error that `take` returns ends it.
  Status fetch_blob(const std::string& repository, const Blob& blob, const std::function<Status(std::string_view piece)>& take);

  /// Has the registry take a blob over from another of its repositories. False when it did not, for whatever reason: then upload.
  Result<bool> mount_blob(const std::string& repository, const Blob& blob, const std::string& from);

  /// Uploads a blob: one PUT with all of it; in chunks where the registry (or what stands before it) refuses bodies of that size; from
  /// where it stopped after a lost connection. `bytes` must be the whole blob.
  Result<UploadResult> upload_blob(const std::string& repository, const std::string& digest, std::string_view bytes,
                                   const UploadOptions& options = {});

  [[nodiscard]] const std::string& host() const { return m_host; }

private:
  friend class BlobUpload;
  Client(std::string host, Purpose purpose, std::unique_ptr<Exchange> exchange)
      : m_host(std::move(host)), m_purpose(purpose), m_exchange(std::move(exchange))
  {
  }

  [[nodiscard]] Url url_of(const std::string& path) const;
  [[nodiscard]] Access access_to(const std::string& repository) const;

  std::string m_host;
  Purpose m_purpose;
  std::unique_ptr<Exchange> m_exchange;
};

}  // namespace davit::aws::registry
