// SPDX-License-Identifier: Apache-2.0
#include "aws/local/front/content_coding.hpp"

#include <libdeflate.h>

#include <algorithm>
#include <cstdint>
#include <memory>

namespace davit::aws::local::front {
namespace {

constexpr int k_fastest = 1;
constexpr std::size_t k_first_guess = 64 * 1024;

using Decompressor = std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)>;
using Compressor = std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)>;

}  // namespace

std::optional<std::string> gunzip(std::string_view compressed, std::size_t limit)
{
  const Decompressor decompressor(libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
  std::string bytes(std::min(limit, std::max(k_first_guess, compressed.size() * 4)), '\0');
  while (true) {
    std::size_t read = 0;
    std::size_t written = 0;
    const auto result = libdeflate_gzip_decompress_ex(decompressor.get(), compressed.data(), compressed.size(), bytes.data(), bytes.size(),
                                                      &read, &written);
    if (result == LIBDEFLATE_SUCCESS && read == compressed.size()) {
      bytes.resize(written);
      return bytes;
    }
    if (result != LIBDEFLATE_INSUFFICIENT_SPACE || bytes.size() == limit) {
      return std::nullopt;
    }
    bytes.resize(std::min(limit, bytes.size() * 4));
  }
}

std::string gzip(std::string_view bytes)
{
  const Compressor compressor(libdeflate_alloc_compressor(k_fastest), libdeflate_free_compressor);
  std::string compressed(libdeflate_gzip_compress_bound(compressor.get(), bytes.size()), '\0');
  compressed.resize(libdeflate_gzip_compress(compressor.get(), bytes.data(), bytes.size(), compressed.data(), compressed.size()));
  return compressed;
}

bool accepts_gzip(std::string_view accept_encoding)
{
  for (std::string_view rest = accept_encoding; !rest.empty();) {
    const auto comma = rest.find(',');
    const auto item = rest.substr(0, comma);
    const auto name = item.substr(0, item.find(';'));
    if (name.find("gzip") != std::string_view::npos && item.find("q=0,") == std::string_view::npos && !item.ends_with("q=0")) {
      return true;
    }
    rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
  }
  return false;
}

std::uint32_t crc32(std::string_view bytes)
{
  return libdeflate_crc32(0, bytes.data(), bytes.size());
}

}  // namespace davit::aws::local::front
