// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "aws/core/result.hpp"

namespace davit {

/// Fills `to` with up to `size` bytes and says how many there were; 0 only at the end.
using ReadBytes = std::function<Result<std::size_t>(char* to, std::size_t size)>;

/// The content of gzip data (RFC 1952) as it is read, in little memory: one member or several, one after the other, as `cat a.gz b.gz`
/// makes them. What is cut off, damaged, or followed by anything else is a usage error that names the data.
class GzipReader
{
public:
  GzipReader(ReadBytes source, std::string name);
  ~GzipReader();
  GzipReader(GzipReader&&) noexcept;
  GzipReader& operator=(GzipReader&&) noexcept;

  Result<std::size_t> read(char* to, std::size_t size);

private:
  struct State;
  std::unique_ptr<State> m_state;
};

/// Whether data that begins so is gzip.
bool is_gzip(std::string_view start);

}  // namespace davit
