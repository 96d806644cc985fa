// SPDX-License-Identifier: Apache-2.0
#include "aws/local/ecr/registry_answer.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace davit::aws::local::ecr {
namespace {

struct Translation {
  std::string_view fault;
  int status;
  std::string_view code;
};

constexpr std::array<Translation, 8> k_translations{{{"RepositoryNotFoundException", 404, "NAME_UNKNOWN"},
                                                     {"UploadNotFoundException", 404, "BLOB_UPLOAD_UNKNOWN"},
                                                     {"InvalidLayerException", 400, "DIGEST_INVALID"},
                                                     {"ImageDigestDoesNotMatchException", 400, "DIGEST_INVALID"},
                                                     {"LayersNotFoundException", 400, "MANIFEST_BLOB_UNKNOWN"},
                                                     {"ReferencedImagesNotFoundException", 400, "MANIFEST_BLOB_UNKNOWN"},
                                                     {"ImageTagAlreadyExistsException", 400, "TAG_INVALID"},
                                                     {"InvalidParameterException", 400, "MANIFEST_INVALID"}}};

std::optional<std::uint64_t> number_of(std::string_view text)
{
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

}  // namespace

server::StreamedResponse error_answer(int status, std::string_view code, const std::string& message)
{
  const Json document = {{"errors", Json::array({{{"code", code}, {"message", message}}})}};
  return {.response = {.status = status, .headers = {{"Content-Type", "application/json; charset=utf-8"}}, .body = dump_json(document)}};
}

server::StreamedResponse error_answer(const Fault& fault)
{
  const auto* const known =
      std::find_if(k_translations.begin(), k_translations.end(), [&](const auto& each) { return each.fault == fault.code; });
  return known != k_translations.end() ? error_answer(known->status, known->code, fault.message)
                                       : error_answer(std::max(fault.status, 500), "UNKNOWN", fault.message);
}

server::StreamedResponse unauthorized(const std::string& host)
{
  return {.response = {.status = 401,
                       .headers = {{"WWW-Authenticate", fmt::format("Basic realm=\"http://{}/\",service=\"ecr.amazonaws.com\"", host)},
                                   {"Content-Type", "text/plain; charset=utf-8"}},
                       .body = "Not Authorized\n"}};
}

server::StreamedResponse upload_answer(int status, const Repository& repository, const std::string& id, std::uint64_t size)
{
  return {.response = {.status = status,
                       .headers = {{"Location", fmt::format("/v2/{}/blobs/uploads/{}", repository.name, id)},
                                   {"Range", fmt::format("0-{}", size == 0 ? 0 : size - 1)},
                                   {"Docker-Upload-UUID", id}}}};
}

RangeRequest range_of(const http::Headers& headers, std::uint64_t size)
{
  const std::string text = headers.get("range").value_or("");
  constexpr std::string_view k_unit = "bytes=";
  const std::size_t dash = text.find('-');
  if (!text.starts_with(k_unit) || dash == std::string::npos) {
    return {};
  }
  const auto first = number_of(std::string_view(text).substr(k_unit.size(), dash - k_unit.size()));
  const std::string_view end = std::string_view(text).substr(dash + 1);
  const auto last = end.empty() ? std::optional(size - 1) : number_of(end);
  if (!first || !last || *last < *first) {
    return {.is_satisfiable = !first || *first < size};
  }
  if (*first >= size) {
    return {.is_satisfiable = false};
  }
  return {.range = ByteRange{.first = *first, .length = std::min(*last, size - 1) - *first + 1}};
}

server::StreamedResponse blob_answer(const std::filesystem::path& path, const std::string& digest, const http::Headers& headers)
{
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat facts = {};
  if (fd < 0 || ::fstat(fd, &facts) != 0) {
    return error_answer(404, "BLOB_UNKNOWN", "blob unknown to registry");
  }
  auto whole = std::make_unique<server::FileSlice>(fd, 0, static_cast<std::uint64_t>(facts.st_size));
  http::Response head{
      .status = 200,
      .headers = {{"Content-Type", "application/octet-stream"}, {"Docker-Content-Digest", digest}, {"Accept-Ranges", "bytes"}}};
  const auto [is_satisfiable, range] = range_of(headers, whole->length());
  if (!is_satisfiable) {
    auto refused = error_answer(416, "RANGE_INVALID", "the range begins behind the end of the blob");
    refused.response.headers.add("Content-Range", fmt::format("bytes */{}", whole->length()));
    return refused;
  }
  if (!range) {
    return {.response = std::move(head), .file = std::move(whole)};
  }
  head.status = 206;
  head.headers.add("Content-Range", fmt::format("bytes {}-{}/{}", range->first, range->first + range->length - 1, whole->length()));
  return {.response = std::move(head), .file = std::make_unique<server::FileSlice>(::dup(fd), range->first, range->length)};
}

}  // namespace davit::aws::local::ecr
