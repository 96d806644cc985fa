// SPDX-License-Identifier: Apache-2.0
#include "commands/image/registry_base.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "aws/core/file.hpp"
#include "aws/core/interrupt.hpp"
#include "aws/core/json.hpp"
#include "aws/core/json_members.hpp"
#include "aws/oci/digest.hpp"
#include "aws/oci/scratch_file.hpp"
#include "aws/registry/reference.hpp"
#include "commands/image/registry_workers.hpp"
#include "commands/image/size_text.hpp"

namespace davit::commands::image {
namespace {

namespace fs = std::filesystem;
namespace oci = aws::oci;
namespace registry = aws::registry;

/// The documents that a reference leads to.
struct Resolved {
  std::string digest;  ///< of the image's manifest
  std::string content;
  bool was_offline = false;
};

class Puller
{
public:
  Puller(const RegistryBaseRequest& request, registry::Reference reference) : m_request(request), m_reference(std::move(reference)) {}

  /// The manifest of the image for the architecture: from the registry, or, for a digest, from what is there.
  Result<Resolved> resolve();
  /// What is there, when all of it is.
  Result<std::optional<RegistryBase>> assemble(const Resolved& resolved) const;
  Status fetch(const Resolved& resolved);
  Status remember(const Resolved& resolved) const;

private:
  Result<registry::Client*> client();
  Result<registry::StoredManifest> ask(const std::string& version);
  [[nodiscard]] std::optional<std::string> known_digest() const;
  [[nodiscard]] std::string key() const { return fmt::format("{} {}", m_reference.to_string(), m_request.architecture); }
  [[nodiscard]] fs::path tags() const { return m_request.folder / "tags.json"; }
  [[nodiscard]] std::optional<std::string> kept(const std::string& digest) const;
  Status fetch_blob(registry::Client& client, const oci::Descriptor& blob) const;
  Status keep(const std::string& digest, std::string_view content) const;

  const RegistryBaseRequest& m_request;
  registry::Reference m_reference;
  std::optional<RegistryAccess> m_access;
  std::optional<registry::Client> m_client;
};

Result<registry::Client*> Puller::client()
{
  if (!m_client) {
    DAVIT_TRY_ASSIGN(m_access, m_request.open(m_reference.host));
    DAVIT_TRY_ASSIGN(m_client, m_access->open());
  }
  return &*m_client;
}

/// A small document that was kept, its digest verified.
std::optional<std::string> Puller::kept(const std::string& digest) const
{
  const auto hex = oci::digest_hex(digest);
  std::error_code error;
  const fs::path path = m_request.folder / "blobs" / "sha256" / hex.value_or("none");
  const auto content = fs::exists(path, error) ? read_file(path) : fail(Error{});
  return content && oci::digest_of(*content) == digest ? std::optional(*content) : std::nullopt;
}

/// What the reference led to when it was last asked for.
std::optional<std::string> Puller::known_digest() const
{
  std::error_code error;
  const auto text = fs::exists(tags(), error) ? read_file(tags()) : fail(Error{});
  const auto document = text ? parse_json(*text, tags().string()) : fail(text.error());
  const std::string digest = document && document->is_object() ? text_member(*document, key().c_str()) : "";
  return digest.empty() ? std::nullopt : std::optional(digest);
}

Result<registry::StoredManifest> Puller::ask(const std::string& version)
{
  DAVIT_TRY_ASSIGN(auto* const open, client());
  DAVIT_TRY_ASSIGN(auto manifest, open->find_manifest(m_reference.repository, version));
  if (!manifest) {
    return fail(not_found_error(fmt::format("{} has no image {}", m_reference.host, m_reference.to_string()),
                                "correct handler.base; skopeo list-tags shows what there is"));
  }
  return std::move(*manifest);
}

Result<std::string> choose(const registry::StoredManifest& index, const std::string& architecture)
{
  DAVIT_TRY_ASSIGN(const auto entries, oci::parse_index(index.content, index.digest));
  const auto fits = [&](const oci::Descriptor& entry) {
    return entry.platform && entry.platform->os == "linux" && entry.platform->architecture == architecture;
  };
  const auto found = std::find_if(entries.begin(), entries.end(), fits);
  if (found == entries.end()) {
    return fail(usage_error(fmt::format("it has no image for linux/{}", architecture),
                            "choose a base for that architecture, or change handler.architecture"));
  }
  return found->digest;
}

Result<Resolved> Puller::resolve()
{
  // What is kept under a digest is an image, never an index.
  const auto known = !m_reference.digest.empty() && kept(m_reference.digest) ? std::optional(m_reference.digest) : known_digest();
  const auto content = known ? kept(*known) : std::nullopt;
  if (content && !m_reference.digest.empty()) {
    return Resolved{.digest = *known, .content = *content};
  }
  auto manifest = ask(m_reference.version());
  if (!manifest && content && manifest.error().kind == ErrorKind::unavailable) {
    return Resolved{.digest = *known, .content = *content, .was_offline = true};
  }
  if (manifest && registry::is_index(manifest->media_type)) {
    DAVIT_TRY_ASSIGN(const std::string digest, choose(*manifest, m_request.architecture));
    const auto same = kept(digest);
    if (same) {
      return Resolved{.digest = digest, .content = *same};
    }
    manifest = ask(digest);
  }
  if (!manifest) {
    return fail(std::move(manifest).error());
  }
  return Resolved{.digest = manifest->digest, .content = std::move(manifest->content)};
}

/// In OCI's names, which a layout holds; what Lambda cannot read is refused.
Result<oci::Manifest> read_base_manifest(const Resolved& resolved)
{
  DAVIT_TRY_ASSIGN(auto manifest, oci::parse_manifest(resolved.content, resolved.digest));
  for (auto& layer : manifest.layers) {
    if (layer.media_type == registry::media_type::k_docker_layer_gzip) {
      layer.media_type = oci::media_type::k_layer_gzip;
    }
    if (layer.media_type != oci::media_type::k_layer_gzip && layer.media_type != oci::media_type::k_layer) {
      return fail(
          failed_error(fmt::format("its layer {} has the media type '{}'", layer.digest, layer.media_type),
                       "Lambda takes gzip layers only: copy it with skopeo copy --dest-compress-format gzip --dest-force-compress-format, "
                       "and use the copy"));
    }
  }
  manifest.config.media_type = oci::media_type::k_config;
  return manifest;
}

Result<std::optional<RegistryBase>> Puller::assemble(const Resolved& resolved) const
{
  DAVIT_TRY_ASSIGN(auto manifest, read_base_manifest(resolved));
  std::error_code error;
  if (!fs::exists(m_request.folder / "oci-layout", error)) {
    return std::nullopt;
  }
  DAVIT_TRY_ASSIGN(auto layout, oci::Layout::open(m_request.folder));
  const bool whole = layout.has(manifest.config) &&
                     std::all_of(manifest.layers.begin(), manifest.layers.end(), [&](const auto& layer) { return layout.has(layer); });
  if (!whole) {
    return std::nullopt;
  }
  DAVIT_TRY_ASSIGN(const oci::MappedFile text, layout.read(manifest.config));
  DAVIT_TRY_ASSIGN(auto config, oci::parse_config(text.bytes(), manifest.config.digest));
  if (config.diff_ids.size() != manifest.layers.size()) {
    return fail(failed_error(fmt::format("it has {} layers, but its config names {}", manifest.layers.size(), config.diff_ids.size())));
  }
  const oci::Descriptor descriptor{
      .media_type = std::string(oci::media_type::k_manifest), .digest = resolved.digest, .size = resolved.content.size()};
  return RegistryBase{.layout = std::move(layout),
                      .image = {.descriptor = descriptor, .manifest = std::move(manifest), .config = std::move(config)},
                      .was_offline = resolved.was_offline};
}

Status Puller::keep(const std::string& digest, std::string_view content) const
{
  DAVIT_TRY_ASSIGN(const std::string hex, oci::digest_hex(digest));
  return write_file(m_request.folder / "blobs" / "sha256" / hex, content);
}

/// Beside its place, so that a blob is whole or not there.
Status Puller::fetch_blob(registry::Client& client, const oci::Descriptor& blob) const
{
  const fs::path blobs = m_request.folder / "blobs" / "sha256";
  DAVIT_TRY_ASSIGN(const std::string hex, oci::digest_hex(blob.digest));
  DAVIT_TRY_ASSIGN(auto file, oci::ScratchFile::create(blobs));
  DAVIT_TRY(client.fetch_blob(m_reference.repository, {.digest = blob.digest, .size = blob.size},
                              [&file](std::string_view piece) { return file.append(piece); }));
  return file.keep_as(blobs / hex);
}

Status Puller::fetch(const Resolved& resolved)
{
  DAVIT_TRY_ASSIGN(const auto manifest, read_base_manifest(resolved));
  DAVIT_TRY_ASSIGN(const auto layout, oci::Layout::create(m_request.folder));
  std::vector<oci::Descriptor> missing;
  std::uint64_t bytes = 0;
  const auto want = [&](const oci::Descriptor& blob) {
    const auto same = [&](const oci::Descriptor& other) { return other.digest == blob.digest; };
    if (!layout.has(blob) && std::none_of(missing.begin(), missing.end(), same)) {
      missing.push_back(blob);
      bytes += blob.size;
    }
  };
  want(manifest.config);
  std::for_each(manifest.layers.begin(), manifest.layers.end(), want);
  if (m_request.progress) {
    m_request.progress(fmt::format("fetching the base {}: {}", m_reference.to_string(), size_text(bytes)));
  }
  DAVIT_TRY(client());
  return in_parallel(*m_access, missing.size(),
                     [&](registry::Client& client, std::size_t number) { return fetch_blob(client, missing[number]); });
}

/// Tag and architecture to digest. Two processes at once may lose one entry of the two, which is then asked for again.
Status Puller::remember(const Resolved& resolved) const
{
  if (resolved.was_offline) {
    return {};
  }
  if (!kept(resolved.digest)) {
    DAVIT_TRY(keep(resolved.digest, resolved.content));
  }
  if (known_digest() == resolved.digest) {
    return {};
  }
  std::error_code error;
  const auto text = fs::exists(tags(), error) ? read_file(tags()) : fail(Error{});
  auto document = text ? parse_json(*text, tags().string()) : Json::object();
  Json all = document && document->is_object() ? *document : Json::object();
  all[key()] = resolved.digest;
  return write_file(tags(), dump_json(all));
}

Error about(Error error, const RegistryBaseRequest& request)
{
  return std::move(error).wrap(fmt::format("the base '{}'", request.reference));
}

Result<registry::Reference> reference_of(const RegistryBaseRequest& request)
{
  DAVIT_TRY_ASSIGN(auto reference, registry::parse_reference(request.reference));
  reference.digest = request.pinned.empty() ? reference.digest : request.pinned;
  return reference;
}

Result<std::optional<RegistryBase>> find(const RegistryBaseRequest& request)
{
  DAVIT_TRY_ASSIGN(auto reference, reference_of(request));
  Puller puller(request, std::move(reference));
  DAVIT_TRY_ASSIGN(const auto resolved, puller.resolve());
  return puller.assemble(resolved);
}

Result<RegistryBase> pull(const RegistryBaseRequest& request)
{
  DAVIT_TRY_ASSIGN(auto reference, reference_of(request));
  Puller puller(request, std::move(reference));
  DAVIT_TRY_ASSIGN(const auto resolved, puller.resolve());
  DAVIT_TRY_ASSIGN(auto there, puller.assemble(resolved));
  if (!there) {
    DAVIT_TRY(puller.fetch(resolved));
    DAVIT_TRY_ASSIGN(there, puller.assemble(resolved));
  }
  DAVIT_TRY(puller.remember(resolved));
  return there ? Result<RegistryBase>(std::move(*there)) : fail(failed_error("a blob that was just fetched is gone"));
}

}  // namespace

Result<RegistryBase> pull_base(const RegistryBaseRequest& request)
{
  return pull(request).map_error([&](Error error) { return about(std::move(error), request); });
}

Result<std::optional<RegistryBase>> find_base(const RegistryBaseRequest& request)
{
  return find(request).map_error([&](Error error) { return about(std::move(error), request); });
}

}  // namespace davit::commands::image
