// SPDX-License-Identifier: Apache-2.0
#include "aws/oci/gzip.hpp"

#include <fmt/format.h>
#include <libdeflate.h>

#include <cstring>
#include <memory>

namespace davit::aws::oci {
namespace {

// Levels above 1 halve the speed to save 2 to 6 % (measured on wheels): that pays only on links slower than about 40 Mbit/s.
constexpr int k_level = 1;

using Compressor = std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)>;
using Decompressor = std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)>;

/// ISIZE of RFC 1952 section 2.3.1: the length of the last member modulo 2^32. A first guess, never trusted.
std::size_t first_guess(std::string_view bytes)
{
  std::uint32_t length = 0;
  if (bytes.size() >= sizeof length) {
    std::memcpy(&length, bytes.data() + bytes.size() - sizeof length, sizeof length);
  }
  return std::clamp<std::size_t>(length, 1, bytes.size() * 16);
}

Error damaged()
{
  return failed_error("the gzip data is damaged or cut off");
}

/// Inflates member after member into a file that grows as needed.
class Inflater
{
public:
  Inflater(ScratchFile& out, std::uint64_t limit)
      : m_out(out), m_limit(limit), m_decompressor(libdeflate_alloc_decompressor(), libdeflate_free_decompressor)
  {
  }

  Status run(std::string_view bytes)
  {
    DAVIT_TRY(grow(first_guess(bytes)));
    while (!bytes.empty()) {
      DAVIT_TRY_ASSIGN(const std::size_t consumed, inflate_member(bytes));
      bytes.remove_prefix(consumed);
    }
    return m_out.truncate(m_size);
  }

private:
  Status grow(std::uint64_t size)
  {
    if (m_room.size() >= m_limit) {
      return fail(failed_error(fmt::format("the layer is larger than {} bytes uncompressed", m_limit)));
    }
    DAVIT_TRY_ASSIGN(m_room, m_out.reserve(std::min(size, m_limit)));
    return {};
  }

  /// How many bytes of the input the member took.
  Result<std::size_t> inflate_member(std::string_view bytes)
  {
    std::size_t consumed = 0;
    std::size_t produced = 0;
    while (true) {
      const auto room = m_room.subspan(m_size);
      const auto result =
          libdeflate_gzip_decompress_ex(m_decompressor.get(), bytes.data(), bytes.size(), room.data(), room.size(), &consumed, &produced);
      if (result == LIBDEFLATE_SUCCESS) {
        m_size += produced;
        return consumed;
      }
      if (result != LIBDEFLATE_INSUFFICIENT_SPACE) {
        return fail(damaged());
      }
      DAVIT_TRY(grow(m_room.size() * 2));
    }
  }

  ScratchFile& m_out;
  std::uint64_t m_limit;
  Decompressor m_decompressor;
  std::span<char> m_room;
  std::size_t m_size = 0;
};

}  // namespace

std::string_view compressor()
{
  static const std::string k_name = fmt::format("libdeflate-{}-{}", LIBDEFLATE_VERSION_STRING, k_level);
  return k_name;
}

Result<ScratchFile> gzip(std::string_view bytes, const std::filesystem::path& directory)
{
  DAVIT_TRY_ASSIGN(ScratchFile out, ScratchFile::create(directory));
  const Compressor deflate(libdeflate_alloc_compressor(k_level), libdeflate_free_compressor);
  DAVIT_TRY_ASSIGN(const std::span<char> room, out.reserve(libdeflate_gzip_compress_bound(deflate.get(), bytes.size())));
  const std::size_t size = libdeflate_gzip_compress(deflate.get(), bytes.data(), bytes.size(), room.data(), room.size());
  DAVIT_TRY(out.truncate(size));
  return out;
}

Result<ScratchFile> gunzip(std::string_view bytes, const std::filesystem::path& directory, std::uint64_t limit)
{
  if (bytes.empty()) {
    return fail(damaged());
  }
  DAVIT_TRY_ASSIGN(ScratchFile out, ScratchFile::create(directory));
  DAVIT_TRY(Inflater(out, limit).run(bytes));
  return out;
}

}  // namespace davit::aws::oci
