// SPDX-License-Identifier: Apache-2.0
#include "aws/http/transfer.hpp"

#include <dirent.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

namespace davit::aws::http {
namespace {

constexpr std::size_t k_max_error_body_bytes = 1U << 20U;
constexpr std::size_t k_max_header_bytes = 64U << 10U;
constexpr std::size_t k_large_body_bytes = 1U << 20U;

/// Whether the folder holds certificates by the hash of their subject ("5ed36f99.0"), as c_rehash and Debian's ca-certificates make it.
bool is_hashed_folder(const char* path)
{
  DIR* const folder = path == nullptr ? nullptr : ::opendir(path);
  if (folder == nullptr) {
    return false;
  }
  const auto is_hash_name = [](std::string_view name) {
    return name.size() == 10 && name[8] == '.' && name.find_first_not_of("0123456789abcdef") == 8;
  };
  const dirent* entry = nullptr;
  while ((entry = ::readdir(folder)) != nullptr && !is_hash_name(entry->d_name)) {
  }
  ::closedir(folder);
  return entry != nullptr;
}

std::string_view trimmed(std::string_view text)
{
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  const std::size_t end = text.find_last_not_of(" \t\r\n");
  return start == std::string_view::npos ? "" : text.substr(start, end - start + 1);
}

bool has_control_characters(std::string_view text)
{
  return std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

int status_of(std::string_view status_line)
{
  const std::size_t space = status_line.find(' ');
  int status = 0;
  if (space != std::string_view::npos) {
    std::from_chars(status_line.data() + space + 1, status_line.data() + status_line.size(), status);
  }
  return status;
}

/// What the header says that the body will be long; 0 when it says nothing that can be read.
std::size_t promised_length(const Response& response)
{
  const std::string text = response.headers.get("content-length").value_or("");
  std::size_t length = 0;
  return std::from_chars(text.data(), text.data() + text.size(), length).ec == std::errc() ? length : 0;
}

}  // namespace

Status check_request(const Request& request)
{
  for (const auto& [name, value] : request.headers.fields()) {
    const bool bad_value = std::any_of(value.begin(), value.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
    if (bad_value || name.empty() || has_control_characters(name) || name.find_first_of(" :") != std::string::npos) {
      return fail(usage_error(fmt::format("the header field '{}' cannot be sent: it holds a line break or another forbidden character",
                                          has_control_characters(name) ? "?" : name)));
    }
  }
  const std::string target = request.url.path + request.url.query;
  const bool bad_target = std::any_of(target.begin(), target.end(), [](unsigned char c) { return c <= ' ' || c >= 0x7F; });
  if (bad_target || has_control_characters(request.method) || !request.url.path.starts_with('/')) {
    return fail(usage_error("the request's path or query holds characters that must be percent-encoded"));
  }
  return {};
}

Trust find_trust(const CurlLibrary& curl, const ClientSettings& settings)
{
  if (settings.ca_bundle) {
    const std::string path = settings.ca_bundle->string();
    return std::filesystem::is_directory(path) ? Trust{.folder = path} : Trust{.file = path};
  }
  const curl_version_info_data* const built = curl.version_info(CURLVERSION_NOW);
  if (is_hashed_folder(built->capath)) {
    return {.folder = built->capath};
  }
  return {.file = built->cainfo == nullptr ? "" : built->cainfo};
}

Transfer::Transfer(const CurlLibrary& curl, CURL* easy, Request request, const SendOptions& options, const Trust& trust, Client::Done done)
    : m_curl(curl),
      m_easy(easy),
      m_request(std::move(request)),
      m_url(m_request.url.to_string()),
      m_options(options),
      m_done(std::move(done))
{
  set_up(trust);
}

Transfer::~Transfer()
{
  m_curl.slist_free_all(m_header_list);
}

template <typename Value>
void Transfer::set(CURLoption option, Value value)
{
  m_curl.easy_setopt(m_easy, option, value);
}

void Transfer::set_up(const Trust& trust)
{
  set(CURLOPT_URL, m_url.c_str());
  set(CURLOPT_PATH_AS_IS, 1L);  // dot segments were signed as they are
  set(CURLOPT_PRIVATE, static_cast<void*>(this));
  set(CURLOPT_ERRORBUFFER, m_error_text);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  set(CURLOPT_HEADERDATA, static_cast<void*>(this));
  set(CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  set(CURLOPT_WRITEDATA, static_cast<void*>(this));
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, &Transfer::on_progress);
  set(CURLOPT_XFERINFODATA, static_cast<void*>(this));
  set_method_and_body();
  set_header_fields();
  set_connection(trust);
}

void Transfer::set_method_and_body()
{
  const bool needs_length = m_request.method == "POST" || m_request.method == "PUT" || m_request.method == "PATCH";
  const std::string_view body = m_options.body.value_or(m_request.body);
  if (m_request.method == "HEAD") {
    set(CURLOPT_NOBODY, 1L);
  } else if (needs_length || !body.empty()) {
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    set(CURLOPT_POSTFIELDS, body.data() == nullptr ? "" : body.data());
    set(CURLOPT_CUSTOMREQUEST, m_request.method.c_str());
    if (body.size() > k_large_body_bytes) {
      set(CURLOPT_UPLOAD_BUFFERSIZE, static_cast<long>(k_large_body_bytes));
    }
  } else {
    set(CURLOPT_CUSTOMREQUEST, m_request.method.c_str());
  }
}

void Transfer::set_header_fields()
{
  const auto append = [this](const std::string& line) { m_header_list = m_curl.slist_append(m_header_list, line.c_str()); };
  for (const auto& [name, value] : m_request.headers.fields()) {
    append(value.empty() ? name + ";" : name + ": " + value);
  }
  append("Expect:");
  if (!m_request.headers.get("content-type")) {
    append("Content-Type:");
  }
  set(CURLOPT_HTTPHEADER, m_header_list);
}

void Transfer::set_connection(const Trust& trust)
{
  const bool secure = m_request.url.scheme == "https";
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  set(CURLOPT_HTTP_CONTENT_DECODING, 0L);  // a checksum covers the bytes as they came
  set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  set(CURLOPT_CAINFO, trust.file.empty() ? nullptr : trust.file.c_str());
  set(CURLOPT_CAPATH, trust.folder.empty() ? nullptr : trust.folder.c_str());
  // libcurl counts name lookup, TCP and TLS as one phase.
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(m_options.connect_timeout.count() * (secure ? 2 : 1)));
  // NAT gateways and load balancers forget a silent connection after 350 s; Linux would first probe after two hours.
  set(CURLOPT_TCP_KEEPALIVE, 1L);
  set(CURLOPT_TCP_KEEPIDLE, 60L);
  set(CURLOPT_TCP_KEEPINTVL, 30L);
  set(CURLOPT_FRESH_CONNECT, m_options.send_once ? 1L : 0L);
  if (m_request.url.is_loopback() || m_options.direct) {
    set(CURLOPT_NOPROXY, "*");
  }
}

std::size_t Transfer::on_header(char* data, std::size_t size, std::size_t count, void* self)
{
  auto& transfer = *static_cast<Transfer*>(self);
  const std::string_view line = trimmed({data, size * count});
  transfer.m_header_bytes += size * count;
  if (transfer.m_header_bytes > k_max_header_bytes) {
    transfer.m_too_large = true;
    return 0;
  }
  if (line.starts_with("HTTP/")) {  // also after an interim response such as 100 Continue
    transfer.m_response = {.status = status_of(line)};
  } else if (const std::size_t colon = line.find(':'); colon != std::string_view::npos) {
    transfer.m_response.headers.add(std::string(line.substr(0, colon)), std::string(trimmed(line.substr(colon + 1))));
  }
  return size * count;
}

bool Transfer::takes_pieces() const
{
  return m_options.on_body && m_response.status >= 200 && m_response.status < 300;
}

std::size_t Transfer::on_body(char* data, std::size_t size, std::size_t count, void* self)
{
  auto& transfer = *static_cast<Transfer*>(self);
  if (transfer.takes_pieces()) {
    transfer.m_stopped = !transfer.m_options.on_body(transfer.m_response, {data, size * count});
    return transfer.m_stopped ? 0 : size * count;
  }
  const std::size_t limit = transfer.m_response.status >= 400 ? std::min(k_max_error_body_bytes, transfer.m_options.max_body_bytes)
                                                              : transfer.m_options.max_body_bytes;
  if (transfer.m_response.body.size() + size * count > limit) {
    transfer.m_too_large = true;
    return 0;
  }
  if (transfer.m_response.body.empty()) {
    transfer.m_response.body.reserve(std::min(promised_length(transfer.m_response), limit));
  }
  transfer.m_response.body.append(data, size * count);
  return size * count;
}

int Transfer::on_progress(void* self, curl_off_t, curl_off_t received, curl_off_t, curl_off_t sent)
{
  auto& transfer = *static_cast<Transfer*>(self);
  const curl_off_t moved = received + sent + static_cast<curl_off_t>(transfer.m_header_bytes);
  if (moved != transfer.m_moved) {
    transfer.m_moved = moved;
    transfer.m_last_activity = std::chrono::steady_clock::now();
    if (transfer.m_options.on_sent && sent > 0) {
      transfer.m_options.on_sent(static_cast<std::uint64_t>(sent));
    }
  }
  return 0;
}

Failure Transfer::failure_of(CURLcode code) const
{
  if (m_cancelled) {
    return Failure::cancelled;
  }
  if (m_stopped) {
    return Failure::stopped;
  }
  if (m_too_large) {
    return Failure::too_large;
  }
  if (m_timed_out) {
    return Failure::timeout;
  }
  switch (code) {
    case CURLE_OK:
      return Failure::none;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
      return Failure::tls_trust;
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
      return Failure::not_sent;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PROXY:
    case CURLE_OPERATION_TIMEDOUT:  // only the connection phase has a limit of libcurl's
      return Failure::connect;
    default:
      return Failure::connection;
  }
}

Error Transfer::error_of(CURLcode code, Failure failure) const
{
  const std::string host = m_request.url.authority();
  const std::string why = m_error_text[0] != '\0' ? m_error_text : m_curl.easy_strerror(code);
  Error error{.kind = ErrorKind::unavailable, .message = fmt::format("no answer from {}: {}", host, why)};
  if (failure == Failure::cancelled) {
    return {.kind = ErrorKind::cancelled, .message = fmt::format("interrupted while waiting for {}", host)};
  }
  if (failure == Failure::stopped) {
    return failed_error(fmt::format("the answer of {} was not read to its end", host));
  }
  if (failure == Failure::too_large) {
    return failed_error(fmt::format("the answer of {} is larger than {} bytes", host, m_options.max_body_bytes));
  }
  if (failure == Failure::timeout) {
    error.message = fmt::format("no answer from {}: silent for {} ms", host, m_options.read_timeout.count());
  } else if (failure == Failure::connect) {
    error.message = fmt::format("cannot connect to {}: {}", host, why);
    error.hint = "check the network, the region and the endpoint (davit aws endpoint SERVICE shows it)";
  } else if (failure == Failure::tls_trust) {
    error.message = fmt::format("{} is not trusted: {}", host, why);
    error.hint = "behind a TLS proxy, name its certificate in AWS_CA_BUNDLE; otherwise apt install ca-certificates";
  }
  return error;
}

TransferResult Transfer::finish(CURLcode code)
{
  const Failure failure = failure_of(code);
  long sent = 0;
  m_curl.easy_getinfo(m_easy, CURLINFO_REQUEST_SIZE, &sent);
  TransferResult out{.response = fail(Error{}), .failure = failure, .bytes_left = sent > 0, .started = m_started, .finished = system_now()};
  if (failure == Failure::none) {
    out.response = std::move(m_response);
  } else {
    out.response = fail(error_of(code, failure));
  }
  return out;
}

}  // namespace davit::aws::http
