// SPDX-License-Identifier: Apache-2.0
#include "aws/oci/gzip.hpp"

#include <fmt/format.h>
#include <libdeflate.h>

#include <cstring>
#include <memory>
#include <utility>

#include "aws/deflate/deflater.hpp"

namespace davit::aws::oci {
namespace {

// RFC 1952 section 2.3: deflate, no flags, no time, no word on the effort, system unknown.
constexpr std::string_view k_header("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);

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
  return deflate::k_name;
}

BlobCompressor::BlobCompressor(Sink sink) : m_sink(std::move(sink)), m_deflater([this](std::string_view bytes) { return m_sink(bytes); }) {}

Status BlobCompressor::begin()
{
  return std::exchange(m_is_begun, true) ? Status{} : m_sink(k_header);
}

Status BlobCompressor::append(std::string_view bytes)
{
  DAVIT_TRY(begin());
  m_crc = libdeflate_crc32(m_crc, bytes.data(), bytes.size());
  m_size += static_cast<std::uint32_t>(bytes.size());
  return m_deflater.append(bytes);
}

Status BlobCompressor::finish()
{
  DAVIT_TRY(begin());
  DAVIT_TRY(m_deflater.finish());
  std::string trailer(sizeof m_crc + sizeof m_size, '\0');
  std::memcpy(trailer.data(), &m_crc, sizeof m_crc);
  std::memcpy(trailer.data() + sizeof m_crc, &m_size, sizeof m_size);
  return m_sink(trailer);
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
