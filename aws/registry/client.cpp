// SPDX-License-Identifier: Apache-2.0
#include "aws/registry/client.hpp"

#include <fmt/format.h>

#include <charconv>

#include "aws/core/encoding.hpp"
#include "aws/crypto/digest.hpp"
#include "aws/registry/patience.hpp"
#include "aws/registry/reference.hpp"
#include "aws/registry/registry_error.hpp"

namespace davit::aws::registry {
namespace {

constexpr std::string_view k_accepted_manifests =
    "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, "
    "application/vnd.docker.distribution.manifest.v2+json, application/vnd.docker.distribution.manifest.list.v2+json";

std::string digest_of(std::string_view content)
{
  return "sha256:" + to_hex(crypto::sha256(content));
}

std::optional<std::uint64_t> number_in(const http::Response& response, std::string_view field)
{
  const auto text = response.headers.get(field);
  std::uint64_t value = 0;
  return text && std::from_chars(text->data(), text->data() + text->size(), value).ec == std::errc() ? std::optional(value) : std::nullopt;
}

/// The digest that an answer states, where it is one that davit can hold against something.
std::optional<std::string> stated_digest(const http::Response& response)
{
  auto digest = response.headers.get("docker-content-digest");
  return digest && is_digest(*digest) ? digest : std::nullopt;
}

/// A blob on its way down. Pieces that come twice, because a registry passed over the Range field, are dropped.
class Download
{
public:
  Download(const Blob& blob, const std::function<Status(std::string_view)>& take) : m_blob(blob), m_take(take) {}

  [[nodiscard]] std::uint64_t received() const { return m_received; }
  [[nodiscard]] const Status& status() const { return m_status; }

  void begin_attempt() { m_skip = std::nullopt; }

  /// False when no more is wanted.
  bool add(const http::Response& head, std::string_view piece)
  {
    if (!m_skip) {
      m_skip = head.status == 206 ? 0 : m_received;
    }
    const std::size_t dropped = std::min<std::uint64_t>(*m_skip, piece.size());
    *m_skip -= dropped;
    piece.remove_prefix(dropped);
    if (m_received + piece.size() > m_blob.size) {
      m_status = fail(failed_error(fmt::format("more than the {} bytes of blob {} came", m_blob.size, m_blob.digest)));
      return false;
    }
    m_received += piece.size();
    m_hash.update(piece);
    m_status = m_take(piece);
    return m_status.has_value();
  }

  Status finish()
  {
    if (m_received != m_blob.size) {
      return fail(failed_error(fmt::format("{} bytes of blob {} came, not {}", m_received, m_blob.digest, m_blob.size)));
    }
    const std::string actual = "sha256:" + to_hex(m_hash.finish());
    return actual == m_blob.digest ? Status{}
                                   : fail(failed_error(fmt::format("what came as blob {} has the digest {}", m_blob.digest, actual)));
  }

private:
  const Blob& m_blob;
  const std::function<Status(std::string_view)>& m_take;
  crypto::Sha256 m_hash;
  std::uint64_t m_received = 0;
  std::optional<std::uint64_t> m_skip;
  Status m_status;
};

}  // namespace

Result<Client> Client::open(const std::string& host, Purpose purpose, std::shared_ptr<Authorizer> authorizer,
                            const http::ClientSettings& settings)
{
  DAVIT_TRY_ASSIGN(Url url, url_of_registry(host));
  return Client(host, purpose, std::make_unique<Exchange>(std::move(url), std::move(authorizer), settings));
}

Url Client::url_of(const std::string& path) const
{
  Url url = m_exchange->registry();
  const std::size_t question = path.find('?');
  url.path += path.substr(0, question);
  url.query = question == std::string::npos ? "" : path.substr(question + 1);
  return url;
}

Access Client::access_to(const std::string& repository) const
{
  return {.host = m_host, .repository = repository, .push = m_purpose == Purpose::push};
}

Status Client::ping()
{
  DAVIT_TRY_ASSIGN(const http::Response response, m_exchange->send({.url = m_exchange->registry(), .access = access_to("")}).response);
  return response.status == 200 ? Status{} : fail(error_of(response, m_host, "GET /v2/"));
}

Result<std::optional<StoredManifest>> Client::find_manifest(const std::string& repository, const std::string& version)
{
  const Call call{.url = url_of(fmt::format("{}/manifests/{}", repository, version)),
                  .access = access_to(repository),
                  .headers = {{"Accept", std::string(k_accepted_manifests)}}};
  DAVIT_TRY_ASSIGN(http::Response response, m_exchange->send(call).response);
  if (response.status == 404) {
    return std::nullopt;
  }
  if (response.status != 200) {
    return fail(error_of(response, m_host, fmt::format("GET manifest {} of {}", version, repository)));
  }
  StoredManifest manifest{.media_type = std::string(http::media_type_of(response.headers.get("content-type").value_or(""))),
                          .digest = digest_of(response.body),
                          .content = std::move(response.body)};
  const std::string expected = is_digest(version) ? version : stated_digest(response).value_or(manifest.digest);
  if (expected != manifest.digest) {
    return fail(failed_error(fmt::format("{} answers for manifest {} of {} with bytes of the digest {}, not {}", m_host, version,
                                         repository, manifest.digest, expected),
                             "the registry, or what stands before it, is broken: nothing of it can be believed"));
  }
  return manifest;
}

Status Client::put_manifest(const std::string& repository, const std::string& version, std::string_view media_type,
                            const std::string& content)
{
  const Call call{.method = "PUT",
                  .url = url_of(fmt::format("{}/manifests/{}", repository, version)),
                  .access = access_to(repository),
                  .headers = {{"Content-Type", std::string(media_type)}},
                  .body = content};
  DAVIT_TRY_ASSIGN(const http::Response response, m_exchange->send(call).response);
  if (response.status != 201 && response.status != 202) {
    return fail(error_of(response, m_host, fmt::format("PUT manifest {} of {}", version, repository)));
  }
  const std::string digest = digest_of(content);
  if (const auto stated = stated_digest(response); stated && *stated != digest) {
    return fail(failed_error(fmt::format("{} stored manifest {} of {} as {}, not as {}", m_host, version, repository, *stated, digest),
                             "the registry, or what stands before it, changed it on its way"));
  }
  return {};
}

Result<bool> Client::has_blob(const std::string& repository, const Blob& blob)
{
  const Call call{.method = "HEAD", .url = url_of(fmt::format("{}/blobs/{}", repository, blob.digest)), .access = access_to(repository)};
  DAVIT_TRY_ASSIGN(const http::Response response, m_exchange->send(call).response);
  if (response.status == 404) {
    return false;
  }
  if (response.status != 200) {
    return fail(error_of(response, m_host, fmt::format("HEAD blob {} of {}", blob.digest, repository)));
  }
  const auto size = number_in(response, "content-length");
  const auto stated = stated_digest(response);
  if ((size && *size != blob.size) || (stated && *stated != blob.digest)) {
    return fail(failed_error(fmt::format("{} states blob {} of {} as {} with {} bytes, not {}", m_host, blob.digest, repository,
                                         stated.value_or("itself"), size.value_or(blob.size), blob.size),
                             "the registry, or what stands before it, is broken: nothing of it can be believed"));
  }
  return true;
}

Status Client::fetch_blob(const std::string& repository, const Blob& blob, const std::function<Status(std::string_view piece)>& take)
{
  Download download(blob, take);
  Call call{.url = url_of(fmt::format("{}/blobs/{}", repository, blob.digest)), .access = access_to(repository), .once = true};
  call.on_body = [&download](const http::Response& head, std::string_view piece) { return download.add(head, piece); };
  for (int attempt = 0;; ++attempt) {
    const std::uint64_t before = download.received();
    download.begin_attempt();
    if (before > 0) {
      call.headers.set("Range", fmt::format("bytes={}-", before));
    }
    const http::TransferResult result = m_exchange->send(call);
    DAVIT_TRY(download.status());
    const int status = result.response ? result.response->status : 0;
    if (status == 200 || status == 206) {
      return download.finish().map_error([this](Error error) { return std::move(error).wrap("reading from " + m_host); });
    }
    attempt = download.received() > before ? -1 : attempt;
    if (!is_worth_repeating(result) || attempt + 1 >= k_most_attempts || !wait(delay_before(attempt + 1, result))) {
      return result.response ? fail(error_of(*result.response, m_host, fmt::format("GET blob {} of {}", blob.digest, repository)))
                             : fail(result.response.error());
    }
  }
}

Result<bool> Client::mount_blob(const std::string& repository, const Blob& blob, const std::string& from)
{
  Access access = access_to(repository);
  access.mount_from = from;
  const Call call{.method = "POST",
                  .url = url_of(fmt::format("{}/blobs/uploads/?mount={}&from={}", repository, blob.digest, percent_encode(from, "/"))),
                  .access = std::move(access)};
  DAVIT_TRY_ASSIGN(const http::Response response, m_exchange->send(call).response);
  // Any refusal (Harbor and Quay answer 4xx) leaves the upload, which says what is really wrong.
  return response.status == 201;
}

}  // namespace davit::aws::registry
