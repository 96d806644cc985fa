// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "aws/core/result.hpp"

namespace davit {

/// Compresses a text that comes piece by piece into one gzip member (RFC 1952), in little memory whatever its length. No name and no time
/// are in it: the same text makes the same bytes.
class GzipWriter
{
public:
  using Sink = std::function<Status(std::string_view compressed)>;

  explicit GzipWriter(Sink sink);
  ~GzipWriter();
  GzipWriter(GzipWriter&& other) noexcept;
  GzipWriter& operator=(GzipWriter&& other) = delete;

  /// Errors are the sink's.
  Status write(std::string_view text);

  /// The end of the member. Nothing can be written afterwards.
  Status finish();

private:
  struct Stream;

  Status deflate(std::string_view text, int flush);

  Sink m_sink;
  std::unique_ptr<Stream> m_stream;
};

}  // namespace davit
