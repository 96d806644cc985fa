// SPDX-License-Identifier: Apache-2.0
#include "aws/http/content.hpp"

#include <libdeflate.h>

#include <algorithm>
#include <memory>

namespace davit::aws::http {
namespace {

/// A gzip member ends in the length of its content modulo 2^32 (RFC 1952 section 2.3.1).
std::size_t promised_length(std::string_view gzip)
{
  std::size_t length = 0;
  for (std::size_t i = 0; gzip.size() >= 18 && i < 4; ++i) {
    length |= static_cast<std::size_t>(static_cast<unsigned char>(gzip[gzip.size() - 4 + i])) << (8 * i);
  }
  return length;
}

}  // namespace

std::uint32_t crc32(std::string_view bytes, std::uint32_t before)
{
  return libdeflate_crc32(before, bytes.data(), bytes.size());
}

Status inflate_body(Response& response, std::size_t max_bytes)
{
  if (!equals_ignoring_case(response.headers.get("content-encoding").value_or(""), "gzip")) {
    return {};
  }
  const std::size_t length = promised_length(response.body);
  if (length > max_bytes) {
    return fail(failed_error("the compressed answer is larger than davit accepts"));
  }
  const std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> inflater{libdeflate_alloc_decompressor(),
                                                                                                   &libdeflate_free_decompressor};
  // One byte more than promised: an empty content needs a buffer too.
  std::string content(length + 1, '\0');
  std::size_t actual = 0;
  const auto result =
      libdeflate_gzip_decompress(inflater.get(), response.body.data(), response.body.size(), content.data(), content.size(), &actual);
  if (result != LIBDEFLATE_SUCCESS || actual != length) {
    return fail(Error{.kind = ErrorKind::unavailable, .message = "the compressed answer is broken"});
  }
  content.resize(actual);
  response.body = std::move(content);
  response.headers.remove("content-encoding");
  return {};
}

}  // namespace davit::aws::http
