// SPDX-License-Identifier: Apache-2.0
#include "aws/crypto/random.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "aws/core/encoding.hpp"

namespace davit::aws::crypto {

std::string random_bytes(std::size_t count)
{
  constexpr std::size_t k_most_at_once = 256;  // getentropy(3)
  std::string out(count, '\0');
  for (std::size_t done = 0; done < count; done += k_most_at_once) {
    // Fails only for a bad buffer or more than 256 bytes.
    if (::getentropy(out.data() + done, std::min(k_most_at_once, count - done)) != 0) {
      std::abort();
    }
  }
  return out;
}

std::string random_uuid()
{
  std::string bytes = random_bytes(16);
  bytes[6] = static_cast<char>((bytes[6] & 0x0F) | 0x40);
  bytes[8] = static_cast<char>((bytes[8] & 0x3F) | 0x80);
  std::string text = to_hex(bytes);
  for (const std::size_t at : {8U, 13U, 18U, 23U}) {
    text.insert(at, 1, '-');
  }
  return text;
}

double random_fraction()
{
  std::uint64_t bits = 0;
  std::memcpy(&bits, random_bytes(sizeof bits).data(), sizeof bits);
  return static_cast<double>(bits >> 11) / 9007199254740992.0;
}

}  // namespace davit::aws::crypto
