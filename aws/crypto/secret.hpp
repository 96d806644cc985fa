// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace davit::aws::crypto {

/// Overwrites the bytes, in a way that the compiler does not optimise away, and empties the text: for secrets at the end of their use.
void cleanse(std::string& bytes);

/// Secret bytes that are overwritten when they are no longer needed. Nothing prints or compares one by accident.
class Secret
{
public:
  Secret() = default;
  explicit Secret(std::string bytes) : m_bytes(std::move(bytes)) {}
  ~Secret() { cleanse(m_bytes); }
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept : m_bytes(std::exchange(other.m_bytes, {})) { cleanse(other.m_bytes); }
  Secret& operator=(Secret other) noexcept
  {
    m_bytes.swap(other.m_bytes);
    return *this;
  }

  [[nodiscard]] std::string_view bytes() const { return m_bytes; }

private:
  std::string m_bytes;
};

}  // namespace davit::aws::crypto
