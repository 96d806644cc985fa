// SPDX-License-Identifier: Apache-2.0
#include "aws/local/ecr/registry_door.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "aws/core/uri.hpp"
#include "aws/local/ecr/referrers.hpp"
#include "aws/local/ecr/registry_answer.hpp"
#include "aws/local/ecr/registry_path.hpp"
#include "aws/local/front/rest_route.hpp"
#include "aws/oci/digest.hpp"

namespace davit::aws::local::ecr {
namespace {

using server::StreamedResponse;
using Kind = RegistryPath::Kind;

constexpr std::size_t k_largest_manifest = 4U << 20U;
constexpr std::string_view k_password_parameter = "authorization";

/// "FIRST-LAST" of a chunk, both inclusive: ^[0-9]+-[0-9]+$
struct Chunk {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

std::optional<Chunk> chunk_of(std::string_view text)
{
  Chunk chunk;
  const char* const end = text.data() + text.size();
  const auto [middle, error] = std::from_chars(text.data(), end, chunk.first);
  if (error != std::errc() || middle == end || *middle != '-') {
    return std::nullopt;
  }
  const auto [stop, other] = std::from_chars(middle + 1, end, chunk.last);
  return other == std::errc() && stop == end && chunk.last >= chunk.first ? std::optional(chunk) : std::nullopt;
}

class RegistryExchange final : public server::Exchange
{
public:
  RegistryExchange(Registry& registry, const server::IncomingRequest& request) : m_registry(registry), m_request(request.message)
  {
    m_path = read_registry_path(percent_decode(m_request.url.path));
    if (authorize() && m_path.kind != Kind::root) {
      open();
    }
  }

  void take(std::string_view piece) override;
  StreamedResponse finish() override;

private:
  bool authorize();
  void open();
  void open_upload(const std::string& id);
  void begin_upload();
  void check_chunk();
  StreamedResponse answer();
  StreamedResponse answer_manifest();
  StreamedResponse put_manifest();
  StreamedResponse answer_blob();
  StreamedResponse answer_upload();
  StreamedResponse complete_upload();
  StreamedResponse list_tags();
  StreamedResponse list_referrers() const;
  StreamedResponse created(const std::string& path, const std::string& digest) const;

  void answer_at_once(StreamedResponse answer) { m_answer = std::make_unique<StreamedResponse>(std::move(answer)); }
  [[nodiscard]] std::string parameter(std::string_view name) const { return front::form_parameter(m_request.url.query, name).value_or(""); }
  [[nodiscard]] const std::string& method() const { return m_request.method; }
  [[nodiscard]] bool reads() const { return method() == "GET" || method() == "HEAD"; }

  Registry& m_registry;
  const http::Request& m_request;
  RegistryPath m_path;
  Owner m_owner;
  Repository m_repository;
  std::unique_ptr<StreamedResponse> m_answer;
  std::unique_ptr<OpenUpload> m_upload;
  std::string m_upload_id;
  std::optional<Chunk> m_chunk;
  std::uint64_t m_received = 0;
  std::string m_body;  ///< of a manifest
};

bool RegistryExchange::authorize()
{
  const bool downloads = reads() && m_path.kind == Kind::blob;
  const std::string in_query = downloads ? parameter(k_password_parameter) : "";
  const auto password = in_query.empty() ? password_of(m_request.headers.get("authorization").value_or("")) : std::optional(in_query);
  const auto checked = password ? m_registry.tokens().check(*password) : AccessTokens::Checked{};
  if (checked.state == AccessTokens::State::expired) {
    answer_at_once(error_answer(403, "DENIED", "Your authorization token has expired. Reauthenticate and try again."));
  } else if (checked.state == AccessTokens::State::wrong) {
    answer_at_once(unauthorized(m_registry.host()));
  }
  m_owner = checked.owner;
  return checked.state == AccessTokens::State::good;
}

void RegistryExchange::open()
{
  if (m_path.kind == Kind::unknown) {
    return answer_at_once(error_answer(404, "UNSUPPORTED", "there is nothing at " + m_request.url.path));
  }
  if (!is_repository_name(m_path.repository)) {
    return answer_at_once(error_answer(400, "NAME_INVALID", "invalid repository name"));
  }
  auto repository = m_registry.repository(m_owner, m_path.repository);
  if (!repository) {
    return answer_at_once(error_answer(repository.error()));
  }
  m_repository = std::move(*repository);
  if (m_path.kind == Kind::uploads && method() == "POST") {
    begin_upload();
  } else if (m_path.kind == Kind::upload && method() != "DELETE") {
    open_upload(m_path.name);
  }
}

void RegistryExchange::begin_upload()
{
  const std::string mounted = parameter("mount");
  const std::string from = parameter("from");
  if (!mounted.empty() && !from.empty()) {
    const auto done = m_registry.mount(m_repository, mounted, from);
    if (done && *done) {
      return answer_at_once(created("blobs/" + mounted, mounted));
    }
  }
  auto id = m_registry.begin_upload(m_repository);
  if (!id) {
    return answer_at_once(error_answer(id.error()));
  }
  // The whole blob in one request.
  if (!parameter("digest").empty()) {
    return open_upload(*id);
  }
  answer_at_once(upload_answer(202, m_repository, *id, 0));
}

void RegistryExchange::open_upload(const std::string& id)
{
  auto upload = m_registry.open_upload(m_repository, id);
  if (!upload) {
    return answer_at_once(error_answer(upload.error()));
  }
  m_upload = std::move(*upload);
  m_upload_id = id;
  if (!reads()) {
    check_chunk();
  }
}

void RegistryExchange::check_chunk()
{
  const auto field = m_request.headers.get("content-range");
  if (!field) {
    return;
  }
  m_chunk = chunk_of(*field);
  if (!m_chunk || m_chunk->first != m_upload->size()) {
    answer_at_once(upload_answer(416, m_repository, m_upload_id, m_upload->size()));
  }
}

void RegistryExchange::take(std::string_view piece)
{
  if (m_answer) {
    return;
  }
  m_received += piece.size();
  if (m_upload) {
    if (const auto appended = m_upload->append(piece); !appended) {
      answer_at_once(error_answer(500, "UNKNOWN", appended.error().message));
    }
  } else if (m_body.size() + piece.size() > k_largest_manifest) {
    answer_at_once(error_answer(413, "MANIFEST_INVALID", "a manifest has at most 4194304 bytes"));
  } else {
    m_body += piece;
  }
}

StreamedResponse RegistryExchange::finish()
{
  StreamedResponse out = m_answer ? std::move(*m_answer) : answer();
  out.response.headers.add("Docker-Distribution-Api-Version", "registry/2.0");
  return out;
}

StreamedResponse RegistryExchange::answer()
{
  switch (m_path.kind) {
    case Kind::root:
      return {.response = {.status = 200, .headers = {{"Content-Type", "application/json"}}, .body = "{}"}};
    case Kind::manifest:
      return method() == "PUT" ? put_manifest() : answer_manifest();
    case Kind::blob:
      return answer_blob();
    case Kind::uploads:
    case Kind::upload:
      return answer_upload();
    case Kind::tags:
      return list_tags();
    case Kind::referrers:
      return list_referrers();
    case Kind::unknown:
      break;
  }
  return error_answer(404, "UNSUPPORTED", "the local AWS does not serve " + m_request.url.path);
}

StreamedResponse RegistryExchange::created(const std::string& path, const std::string& digest) const
{
  return {.response = {.status = 201,
                       .headers = {{"Location", fmt::format("/v2/{}/{}", m_repository.name, path)}, {"Docker-Content-Digest", digest}}}};
}

StreamedResponse RegistryExchange::answer_manifest()
{
  if (!reads()) {
    return error_answer(405, "UNSUPPORTED", "ECR deletes images by its own API: BatchDeleteImage");
  }
  const auto image = m_registry.image(m_repository, m_path.name);
  if (!image) {
    return error_answer(image.error());
  }
  auto content = *image ? m_registry.files().read((*image)->digest) : Result<std::string>(fail(Error{}));
  if (!content) {
    return error_answer(404, "MANIFEST_UNKNOWN", "Requested image not found");
  }
  return {.response = {.status = 200,
                       .headers = {{"Content-Type", (*image)->media_type}, {"Docker-Content-Digest", (*image)->digest}},
                       .body = std::move(*content)}};
}

StreamedResponse RegistryExchange::put_manifest()
{
  const bool by_digest = oci::digest_hex(m_path.name).has_value();
  if (!by_digest && !is_tag_name(m_path.name)) {
    return error_answer(400, "TAG_INVALID", "a tag has letters, digits, '.', '_' and '-', at most 128");
  }
  const std::string subject = subject_of(m_body);
  const auto put = m_registry.put_image(m_repository,
                                        {.manifest = std::move(m_body),
                                         .media_type = std::string(http::media_type_of(m_request.headers.get("content-type").value_or(""))),
                                         .tag = by_digest ? "" : m_path.name,
                                         .digest = by_digest ? m_path.name : ""});
  if (!put) {
    return error_answer(put.error());
  }
  auto out = created("manifests/" + put->image.digest, put->image.digest);
  if (!subject.empty()) {
    out.response.headers.add("OCI-Subject", subject);
  }
  return out;
}

StreamedResponse RegistryExchange::answer_blob()
{
  if (!reads()) {
    return error_answer(405, "UNSUPPORTED", "ECR deletes layers by itself");
  }
  if (!oci::digest_hex(m_path.name)) {
    return error_answer(400, "DIGEST_INVALID", "provided digest is no sha256 digest");
  }
  const auto size = m_registry.layer_size(m_repository, m_path.name);
  if (!size) {
    return error_answer(size.error());
  }
  return *size ? blob_answer(m_registry.files().path_of(m_path.name), m_path.name, m_request.headers)
               : error_answer(404, "BLOB_UNKNOWN", "blob unknown to registry");
}

StreamedResponse RegistryExchange::answer_upload()
{
  if (method() == "GET" && m_upload) {
    return upload_answer(204, m_repository, m_upload_id, m_upload->size());
  }
  if (method() == "DELETE") {
    const auto cancelled = m_registry.cancel_upload(m_path.name);
    return cancelled ? StreamedResponse{.response = {.status = 204}} : error_answer(cancelled.error());
  }
  if (!m_upload || (method() != "PATCH" && method() != "PUT" && method() != "POST")) {
    return error_answer(405, "UNSUPPORTED", "uploads know POST, PATCH, PUT, GET and DELETE");
  }
  if (m_chunk && m_received != m_chunk->last - m_chunk->first + 1) {
    return error_answer(400, "SIZE_INVALID", "Content-Range and the body's length differ");
  }
  return method() == "PATCH" ? upload_answer(202, m_repository, m_upload_id, m_upload->size()) : complete_upload();
}

StreamedResponse RegistryExchange::complete_upload()
{
  const std::string digest = parameter("digest");
  if (!oci::digest_hex(digest)) {
    return error_answer(400, "DIGEST_INVALID", "the parameter `digest` must be a sha256 digest");
  }
  const auto completed = m_registry.complete_upload(m_repository, m_upload_id, *m_upload, digest);
  return completed ? created("blobs/" + digest, digest) : error_answer(completed.error());
}

StreamedResponse RegistryExchange::list_referrers() const
{
  if (!reads() || !oci::digest_hex(m_path.name)) {
    return reads() ? error_answer(400, "DIGEST_INVALID", "provided digest is no sha256 digest")
                   : error_answer(405, "UNSUPPORTED", "referrers can be read only");
  }
  const std::string type = parameter("artifactType");
  const auto index = referrers_of(m_registry, m_repository, m_path.name, type);
  if (!index) {
    return error_answer(index.error());
  }
  http::Response response{
      .status = 200, .headers = {{"Content-Type", "application/vnd.oci.image.index.v1+json"}}, .body = dump_json(*index)};
  if (!type.empty()) {
    response.headers.add("OCI-Filters-Applied", "artifactType");
  }
  return {.response = std::move(response)};
}

StreamedResponse RegistryExchange::list_tags()
{
  if (!reads()) {
    return error_answer(405, "UNSUPPORTED", "tags can be read only");
  }
  std::vector<std::string> tags;
  {
    const auto transaction = m_registry.database().read_briefly();
    const auto images = transaction ? load_images(**transaction, m_repository) : fail(transaction.error());
    if (!images) {
      return error_answer(500, "UNKNOWN", images.error().message);
    }
    for (const auto& image : *images) {
      tags.insert(tags.end(), image.tags.begin(), image.tags.end());
    }
  }
  std::sort(tags.begin(), tags.end());
  tags.erase(tags.begin(), std::upper_bound(tags.begin(), tags.end(), parameter("last")));
  std::size_t most = tags.size();
  const std::string limit = parameter("n");
  std::from_chars(limit.data(), limit.data() + limit.size(), most);
  http::Response response{.status = 200, .headers = {{"Content-Type", "application/json"}}};
  if (most < tags.size()) {
    tags.resize(most);
    const std::string last = tags.empty() ? parameter("last") : tags.back();
    response.headers.add("Link",
                         fmt::format("</v2/{}/tags/list?last={}&n={}>; rel=\"next\"", m_repository.name, percent_encode(last), most));
  }
  response.body = dump_json({{"name", m_repository.name}, {"tags", tags}});
  return {.response = std::move(response)};
}

}  // namespace

std::unique_ptr<server::Exchange> begin_exchange(Registry& registry, const server::IncomingRequest& request)
{
  return std::make_unique<RegistryExchange>(registry, request);
}

std::string download_path(const Registry& registry, const Repository& repository, const std::string& digest)
{
  return fmt::format("/v2/{}/blobs/{}?{}={}", repository.name, digest, k_password_parameter,
                     percent_encode(registry.tokens().issue(repository.owner).password));
}

}  // namespace davit::aws::local::ecr
