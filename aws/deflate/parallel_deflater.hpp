// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "aws/core/result.hpp"
#include "aws/deflate/deflater.hpp"

namespace davit::aws::deflate {

/// Compresses a stream (RFC 1951) on all processors. The stream is cut into chunks of a fixed size, each of which may refer to the 32 KiB
/// before it, so its compressed form is the same for any number of threads. No thread is started for less than a chunk.
class ParallelDeflater
{
public:
  using Sink = std::function<Status(std::string_view)>;

  /// `sink` gets the compressed bytes in their order, on the thread that appends.
  explicit ParallelDeflater(Sink sink, unsigned threads = std::thread::hardware_concurrency());
  ~ParallelDeflater();
  ParallelDeflater(const ParallelDeflater&) = delete;
  ParallelDeflater& operator=(const ParallelDeflater&) = delete;

  /// An error is the sink's.
  Status append(std::string_view bytes);

  /// The stream ends.
  Status finish();

private:
  struct Chunk {
    std::string bytes;
    std::size_t dictionary = 0;  ///< how many of them are of the chunk before
    bool is_last = false;
    std::string compressed;
    bool is_done = false;
  };

  Chunk& at(std::uint64_t number) { return m_chunks[number % m_chunks.size()]; }
  void hand_out(bool is_last);
  Status begin_chunk();
  Status write_oldest();
  void start_threads();
  void help();
  Chunk* wait_for_chunk();
  Chunk* take_chunk();
  void compress(Chunk& chunk, Deflater& deflater);
  bool is_done(const Chunk& chunk);

  Sink m_sink;
  unsigned m_helpers;           ///< threads beside the one that appends
  std::vector<Chunk> m_chunks;  ///< used in turn; its size decides how far the slowest may fall behind
  std::uint64_t m_written = 0;
  Deflater m_deflater;
  std::mutex m_mutex;
  std::condition_variable m_handed_out;
  std::condition_variable m_done;
  std::uint64_t m_filled = 0;
  std::uint64_t m_taken = 0;
  bool m_is_ending = false;
  std::vector<std::thread> m_threads;
};

}  // namespace davit::aws::deflate
