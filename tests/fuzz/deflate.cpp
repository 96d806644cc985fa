// SPDX-License-Identifier: Apache-2.0
#include <libdeflate.h>

#include <cstring>
#include <memory>
#include <string>

#include "aws/deflate/deflater.hpp"
#include "tests/fuzz/property.hpp"

using davit::aws::deflate::Deflater;
using davit::fuzz::require;

namespace {

using Bytes = std::span<const unsigned char>;

std::string inflated(const std::string& compressed, std::size_t size)
{
  const std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> inflater{libdeflate_alloc_decompressor(),
                                                                                                   &libdeflate_free_decompressor};
  std::string out(size + 1, '\0');
  std::size_t actual = 0;
  const auto result = libdeflate_deflate_decompress(inflater.get(), compressed.data(), compressed.size(), out.data(), out.size(), &actual);
  require(result == LIBDEFLATE_SUCCESS, "another inflater reads the whole stream");
  out.resize(actual);
  return out;
}

/// So few bytes hold no long matches; the repetition makes some, and distances beyond the window with them.
std::string stretched(Bytes bytes)
{
  const std::string once(bytes.begin(), bytes.end());
  std::string out = once;
  for (const unsigned char byte : bytes) {
    out += std::string(std::size_t{byte} * 7, static_cast<char>(byte & 3U)) + once;
    if (out.size() > (200U << 10U)) {
      break;
    }
  }
  return out;
}

void check(const std::string& bytes, std::size_t cut)
{
  const Bytes all(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  const std::size_t dictionary = std::min<std::size_t>(cut, 32768);
  Deflater deflater;
  std::string compressed;
  deflater.deflate(all.first(cut), 0, false, compressed);
  deflater.deflate(all.subspan(cut - dictionary), dictionary, true, compressed);
  require(inflated(compressed, bytes.size()) == bytes, "two chunks are one stream of the same content");
}

}  // namespace

/// The first two bytes say where the rest is cut into two chunks.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
  if (size < 2) {
    return 0;
  }
  const std::size_t place = data[0] * 256U + data[1];
  const Bytes rest(data + 2, size - 2);
  for (const std::string& bytes : {std::string(rest.begin(), rest.end()), stretched(rest)}) {
    check(bytes, bytes.empty() ? 0 : place * bytes.size() / 65536);
  }
  return 0;
}
