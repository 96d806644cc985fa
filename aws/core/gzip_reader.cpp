// SPDX-License-Identifier: Apache-2.0
#include "aws/core/gzip_reader.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <vector>

namespace davit {
namespace {

constexpr std::size_t k_input_size = 64 * 1024;
/// The window of deflate, and zlib's sign for a gzip header.
constexpr int k_window_bits = 15 + 16;

}  // namespace

struct GzipReader::State {
  ReadBytes source;
  std::string name;
  std::vector<Bytef> input = std::vector<Bytef>(k_input_size);
  z_stream stream{};
  bool in_member = false;
  bool source_at_end = false;

  State(ReadBytes read, std::string called) : source(std::move(read)), name(std::move(called)) { inflateInit2(&stream, k_window_bits); }
  ~State() { inflateEnd(&stream); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  [[nodiscard]] Error error(std::string_view why) const
  {
    return usage_error(fmt::format("{} is damaged: {}", name, why), "`gzip -t` on the file says the same; fetch or make it again");
  }

  Status refill()
  {
    DAVIT_TRY_ASSIGN(const std::size_t count, source(reinterpret_cast<char*>(input.data()), input.size()));
    stream.next_in = input.data();
    stream.avail_in = static_cast<uInt>(count);
    source_at_end = count == 0;
    return {};
  }

  /// False where the data ends as it should, between two members.
  Result<bool> begin_member()
  {
    if (stream.avail_in == 0) {
      DAVIT_TRY(refill());
    }
    if (source_at_end) {
      return false;
    }
    inflateReset2(&stream, k_window_bits);
    in_member = true;
    return true;
  }

  Status inflate_some()
  {
    if (stream.avail_in == 0) {
      DAVIT_TRY(refill());
    }
    if (source_at_end) {
      return fail(error("the gzip data is cut off"));
    }
    const int result = ::inflate(&stream, Z_NO_FLUSH);
    if (result == Z_STREAM_END) {
      in_member = false;
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
      return fail(error(stream.msg == nullptr ? "its gzip data cannot be read" : stream.msg));
    }
    return {};
  }
};

GzipReader::GzipReader(ReadBytes source, std::string name) : m_state(std::make_unique<State>(std::move(source), std::move(name))) {}
GzipReader::~GzipReader() = default;
GzipReader::GzipReader(GzipReader&&) noexcept = default;
GzipReader& GzipReader::operator=(GzipReader&&) noexcept = default;

Result<std::size_t> GzipReader::read(char* to, std::size_t size)
{
  auto& stream = m_state->stream;
  stream.next_out = reinterpret_cast<Bytef*>(to);
  stream.avail_out = static_cast<uInt>(size);
  while (stream.avail_out == size) {
    if (!m_state->in_member) {
      DAVIT_TRY_ASSIGN(const bool begun, m_state->begin_member());
      if (!begun) {
        return 0;
      }
    }
    DAVIT_TRY(m_state->inflate_some());
  }
  return size - stream.avail_out;
}

bool is_gzip(std::string_view start)
{
  return start.starts_with("\x1F\x8B");
}

}  // namespace davit
