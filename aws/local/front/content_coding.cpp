// SPDX-License-Identifier: Apache-2.0
#include "aws/local/front/content_coding.hpp"

#include <libdeflate.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <memory>

#include "aws/http/message.hpp"

namespace davit::aws::local::front {
namespace {

constexpr int k_fastest = 1;
constexpr std::size_t k_first_guess = 64 * 1024;
constexpr std::size_t k_behind_all_names = 1'000'000;

using Decompressor = std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)>;
using Compressor = std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)>;

std::string_view trimmed(std::string_view text)
{
  const auto first = text.find_first_not_of(" \t");
  return first == std::string_view::npos ? std::string_view() : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// The bytes of the first member, which is taken off `compressed`.
tl::expected<std::string, InflateError> inflate_member(Coding coding, std::string_view& compressed, std::size_t limit)
{
  const Decompressor decompressor(libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
  const auto read_member = coding == Coding::gzip ? libdeflate_gzip_decompress_ex : libdeflate_zlib_decompress_ex;
  std::string bytes(std::min(limit, std::max(k_first_guess, compressed.size() * 4)), '\0');
  while (true) {
    std::size_t read = 0;
    std::size_t written = 0;
    const auto result = read_member(decompressor.get(), compressed.data(), compressed.size(), bytes.data(), bytes.size(), &read, &written);
    if (result == LIBDEFLATE_SUCCESS) {
      compressed.remove_prefix(read);
      bytes.resize(written);
      return bytes;
    }
    if (result != LIBDEFLATE_INSUFFICIENT_SPACE) {
      return tl::unexpected(InflateError::malformed);
    }
    if (bytes.size() == limit) {
      return tl::unexpected(InflateError::too_large);
    }
    bytes.resize(std::min(limit, bytes.size() * 4));
  }
}

/// One element of an Accept-Encoding field.
struct Preference {
  std::string_view name;
  double weight = 1;
};

/// As the service was seen to read it: more than 1 is 1, less than 0 is 0, and what is no number does not count.
double read_weight(std::string_view text)
{
  double weight = 1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), weight);
  return error == std::errc() && end == text.data() + text.size() ? std::clamp(weight, 0.0, 1.0) : 1;
}

/// Takes what stands before the separator off the text.
std::string_view take_until(char separator, std::string_view& text)
{
  const auto end = text.find(separator);
  const auto taken = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return trimmed(taken);
}

Preference read_preference(std::string_view element)
{
  Preference preference{.name = take_until(';', element)};
  while (!element.empty()) {
    std::string_view parameter = take_until(';', element);
    if (http::equals_ignoring_case(take_until('=', parameter), "q")) {
      preference.weight = read_weight(trimmed(parameter));
      break;
    }
  }
  return preference;
}

/// How much a coding is liked, and when it was named; a coding that is not named takes the weight of `*`.
struct Liking {
  double weight = 0;
  std::size_t place = 0;
};

Liking liking_of(Coding coding, std::string_view accept_encoding)
{
  Liking any;
  std::optional<Liking> named;
  for (std::size_t place = 0; !accept_encoding.empty(); ++place) {
    const Preference preference = read_preference(take_until(',', accept_encoding));
    if (http::equals_ignoring_case(preference.name, name_of(coding))) {
      named = {std::max(preference.weight, named ? named->weight : 0), named ? named->place : place};
    } else if (preference.name == "*") {
      any = {preference.weight, k_behind_all_names + static_cast<std::size_t>(coding)};
    }
  }
  return named.value_or(any);
}

}  // namespace

std::string_view name_of(Coding coding)
{
  return coding == Coding::gzip ? "gzip" : "deflate";
}

std::optional<Coding> coding_named(std::string_view name)
{
  for (const Coding coding : {Coding::gzip, Coding::deflate}) {
    if (http::equals_ignoring_case(name, name_of(coding))) {
      return coding;
    }
  }
  return std::nullopt;
}

tl::expected<std::string, InflateError> inflate(Coding coding, std::string_view compressed, std::size_t limit)
{
  std::string bytes;
  do {
    auto member = inflate_member(coding, compressed, limit - bytes.size());
    if (!member) {
      return member;
    }
    bytes += *member;
  } while (coding == Coding::gzip && !compressed.empty());
  if (!compressed.empty()) {
    return tl::unexpected(InflateError::malformed);
  }
  return bytes;
}

std::string deflate(Coding coding, std::string_view bytes)
{
  const Compressor compressor(libdeflate_alloc_compressor(k_fastest), libdeflate_free_compressor);
  const bool is_gzip = coding == Coding::gzip;
  const auto bound = is_gzip ? libdeflate_gzip_compress_bound : libdeflate_zlib_compress_bound;
  const auto compress = is_gzip ? libdeflate_gzip_compress : libdeflate_zlib_compress;
  std::string compressed(bound(compressor.get(), bytes.size()), '\0');
  compressed.resize(compress(compressor.get(), bytes.data(), bytes.size(), compressed.data(), compressed.size()));
  return compressed;
}

std::optional<Coding> preferred_coding(std::string_view accept_encoding)
{
  const Liking gzip = liking_of(Coding::gzip, accept_encoding);
  const Liking deflate = liking_of(Coding::deflate, accept_encoding);
  if (gzip.weight <= 0 && deflate.weight <= 0) {
    return std::nullopt;
  }
  if (gzip.weight != deflate.weight) {
    return gzip.weight > deflate.weight ? Coding::gzip : Coding::deflate;
  }
  return gzip.place < deflate.place ? Coding::gzip : Coding::deflate;
}

std::uint32_t crc32(std::string_view bytes)
{
  return libdeflate_crc32(0, bytes.data(), bytes.size());
}

}  // namespace davit::aws::local::front
