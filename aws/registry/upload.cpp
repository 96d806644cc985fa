// SPDX-License-Identifier: Apache-2.0
// One blob on its way up. Whatever happens, the registry is asked what it has, and goes on from there or begins anew.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "aws/registry/client.hpp"
#include "aws/registry/location.hpp"
#include "aws/registry/patience.hpp"
#include "aws/registry/reference.hpp"
#include "aws/registry/registry_error.hpp"

namespace davit::aws::registry {
namespace {

/// What every registry and proxy takes; some stop at 4 MiB (GHCR) or 100 MB (Cloudflare).
constexpr std::size_t k_chunk_bytes = 4U << 20U;
constexpr std::size_t k_whole = std::string_view::npos;

std::optional<std::uint64_t> number_of(std::string_view text)
{
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

/// How many bytes a Range field of an upload counts: "0-99" (some write "bytes=0-99") is 100. A registry that has none yet says "0-0", or
/// nothing: that one byte is not worth knowing, and the final digest would tell.
std::uint64_t bytes_of_range(const http::Response& response)
{
  std::string text = response.headers.get("range").value_or("");
  if (text.starts_with("bytes=")) {
    text.erase(0, 6);
  }
  const std::size_t dash = text.find('-');
  const auto last = dash == std::string::npos ? std::nullopt : number_of(std::string_view(text).substr(dash + 1));
  return last && *last > 0 ? *last + 1 : 0;
}

}  // namespace

class BlobUpload
{
public:
  BlobUpload(Client& client, const std::string& repository, const std::string& digest, std::string_view bytes, const UploadOptions& options)
      : m_client(client), m_repository(repository), m_digest(digest), m_bytes(bytes), m_options(options)
  {
  }

  Result<UploadResult> run();

private:
  enum class Next { done, again, restart };

  Status begin();
  Status ask();
  void resume();
  Result<Next> send();
  Result<Next> judge(const http::TransferResult& result, std::size_t length);
  Result<Next> refused(const http::Response& response);
  Status arrived(const http::Response& response) const;
  Status take_location(const http::Response& response);
  Result<bool> get_in_step();
  Status pause(int failures) const;
  void tell() const;
  [[nodiscard]] Call call_of(std::string method, Url url) const;
  [[nodiscard]] std::string doing() const { return fmt::format("the upload of blob {} to {}", m_digest, m_repository); }

  Client& m_client;
  const std::string& m_repository;
  const std::string& m_digest;
  std::string_view m_bytes;
  const UploadOptions& m_options;
  std::optional<Url> m_location;
  std::uint64_t m_offset = 0;
  std::size_t m_chunk = k_whole;
  std::optional<std::uint64_t> m_out_of_step_at;  ///< the offset that the registry refused last
  bool m_is_resumed = false;
  bool m_has_tried = false;  ///< to send, so that the blob may be there
  http::Response m_refusal;  ///< the last one, for its Retry-After
  UploadResult m_result;
};

Call BlobUpload::call_of(std::string method, Url url) const
{
  return {.method = std::move(method), .url = std::move(url), .access = m_client.access_to(m_repository)};
}

void BlobUpload::tell() const
{
  if (m_options.on_progress) {
    m_options.on_progress({.location = m_location->to_string(), .offset = m_offset});
  }
}

Status BlobUpload::take_location(const http::Response& response)
{
  const auto location = response.headers.get("location");
  if (!location) {
    return m_location ? Status{} : fail(failed_error(fmt::format("{} begins {} without saying where", m_client.host(), doing())));
  }
  const Url base = m_location.value_or(m_client.m_exchange->registry());
  DAVIT_TRY_ASSIGN(m_location, follow(base, *location));
  return {};
}

Status BlobUpload::begin()
{
  m_location.reset();
  m_offset = 0;
  Call call = call_of("POST", m_client.url_of(m_repository + "/blobs/uploads/"));
  call.body = std::string_view();
  DAVIT_TRY_ASSIGN(const http::Response response, m_client.m_exchange->send(call).response);
  if (response.status != 202) {
    return fail(error_of(response, m_client.host(), doing()));
  }
  DAVIT_TRY(take_location(response));
  if (const auto least = number_of(response.headers.get("oci-chunk-min-length").value_or("")); least && m_chunk != k_whole) {
    m_chunk = std::max<std::size_t>(m_chunk, *least);
  }
  tell();
  return {};
}

/// What the registry has of it. Nowhere to go on from when it does not know.
Status BlobUpload::ask()
{
  DAVIT_TRY_ASSIGN(const http::Response response, m_client.m_exchange->send(call_of("GET", *m_location)).response);
  if (response.status != 204 && response.status != 202) {
    m_location.reset();
    return {};
  }
  DAVIT_TRY(take_location(response));
  m_offset = bytes_of_range(response);
  if (m_offset > m_bytes.size()) {
    m_location.reset();
  }
  return {};
}

/// What an earlier process had begun, if the registry still knows it.
void BlobUpload::resume()
{
  const auto url = m_options.resume ? follow(m_client.m_exchange->registry(), m_options.resume->location) : fail(Error{});
  if (!url) {
    return;
  }
  m_location = *url;
  if (!ask()) {
    m_location.reset();
  }
  m_is_resumed = m_location.has_value();
  m_result.resumed = m_is_resumed ? m_offset : 0;
}

Result<BlobUpload::Next> BlobUpload::send()
{
  const std::string_view left = m_bytes.substr(m_offset);
  const bool is_last = m_chunk == k_whole || left.size() <= m_chunk;
  const std::string_view piece = is_last ? left : left.substr(0, m_chunk);
  Call call = call_of(is_last ? "PUT" : "PATCH", *m_location);
  call.once = true;
  call.body = piece;
  call.headers.add("Content-Type", "application/octet-stream");
  if (is_last) {
    call.url.query += fmt::format("{}digest={}", call.url.query.empty() ? "" : "&", m_digest);
  }
  // The specification's form: without "bytes", and of a chunk alone.
  if (!piece.empty() && (m_offset > 0 || !is_last)) {
    call.headers.add("Content-Range", fmt::format("{}-{}", m_offset, m_offset + piece.size() - 1));
  }
  if (m_options.on_sent) {
    call.on_sent = [this](std::uint64_t sent) { m_options.on_sent(std::min<std::uint64_t>(m_offset + sent, m_bytes.size())); };
  }
  m_result.sent += piece.size();
  m_has_tried = true;
  return judge(m_client.m_exchange->send(call), piece.size());
}

Status BlobUpload::arrived(const http::Response& response) const
{
  const auto stated = response.headers.get("docker-content-digest");
  if (stated && is_digest(*stated) && *stated != m_digest) {
    return fail(failed_error(fmt::format("{} stored blob {} as {}", m_client.host(), m_digest, *stated),
                             "the registry, or what stands before it, changed it on its way"));
  }
  return {};
}

Result<BlobUpload::Next> BlobUpload::judge(const http::TransferResult& result, std::size_t length)
{
  if (!result.response) {
    if (!is_worth_repeating(result)) {
      return fail(result.response.error());
    }
    return Next::again;
  }
  const http::Response& response = *result.response;
  const bool was_last = m_offset + length == m_bytes.size() && (m_chunk == k_whole || length <= m_chunk);
  if (response.status == 201 && was_last) {
    DAVIT_TRY(arrived(response));
    return Next::done;
  }
  if (response.status != 202 && response.status != 201 && response.status != 204) {
    return refused(response);
  }
  DAVIT_TRY(take_location(response));
  m_offset += length;
  tell();
  return Next::again;
}

Result<BlobUpload::Next> BlobUpload::refused(const http::Response& response)
{
  const std::string code = error_code_of(response);
  const bool unknown = response.status == 404 && (code.empty() || code.starts_with("BLOB_UPLOAD"));
  if (response.status == 413 && m_chunk == k_whole && m_bytes.size() > k_chunk_bytes) {
    m_chunk = k_chunk_bytes;
    return Next::restart;
  }
  // Out of step: more may have come from the connection of an earlier process, which the registry still read when it was asked.
  if (response.status == 416 && m_out_of_step_at != m_offset) {
    m_out_of_step_at = m_offset;
    return Next::again;
  }
  // Or what it has is not what an earlier process should have sent.
  if (response.status == 416 || unknown || (m_is_resumed && response.status == 400)) {
    m_is_resumed = false;
    return Next::restart;
  }
  if (is_worth_repeating({.response = response})) {
    m_refusal = response;
    return Next::again;
  }
  return fail(error_of(response, m_client.host(), doing()));
}

/// Finds out where to go on. True when there is nothing left to do: a blob whose answer was lost may be there.
Result<bool> BlobUpload::get_in_step()
{
  if (m_location) {
    DAVIT_TRY(ask());
  }
  if (m_location) {
    return false;
  }
  if (m_has_tried) {
    DAVIT_TRY_ASSIGN(const bool is_there, m_client.has_blob(m_repository, {.digest = m_digest, .size = m_bytes.size()}));
    if (is_there) {
      return true;
    }
  }
  DAVIT_TRY(begin());
  return false;
}

/// Waits after a failure; an error when there were too many in a row.
Status BlobUpload::pause(int failures) const
{
  if (failures >= k_most_attempts) {
    return fail(Error{.kind = ErrorKind::unavailable,
                      .message = fmt::format("{} does not take {}: {} attempts failed", m_client.host(), doing(), failures),
                      .hint = "run the same command again: what the registry has already is not sent twice"});
  }
  if (!wait(delay_before(failures - 1, {.response = m_refusal}))) {
    return fail(Error{.kind = ErrorKind::cancelled, .message = "interrupted during " + doing()});
  }
  return {};
}

Result<UploadResult> BlobUpload::run()
{
  resume();
  bool in_step = m_location.has_value();
  for (int failures = 0; true;) {
    if (!in_step) {
      DAVIT_TRY_ASSIGN(const bool is_there, get_in_step());
      if (is_there) {
        return m_result;
      }
    }
    const std::uint64_t before = m_offset;
    DAVIT_TRY_ASSIGN(const Next next, send());
    if (next == Next::done) {
      return m_result;
    }
    in_step = next == Next::again && m_offset > before;
    if (in_step) {
      failures = 0;
      continue;
    }
    if (next == Next::restart) {
      m_location.reset();
    }
    DAVIT_TRY(pause(++failures));
  }
}

Result<UploadResult> Client::upload_blob(const std::string& repository, const std::string& digest, std::string_view bytes,
                                         const UploadOptions& options)
{
  return BlobUpload(*this, repository, digest, bytes, options).run();
}

}  // namespace davit::aws::registry
