// SPDX-License-Identifier: Apache-2.0
#include "aws/deflate/parallel_deflater.hpp"

#include <algorithm>

#include "aws/deflate/deflater.hpp"

namespace davit::aws::deflate {
namespace {

// Both decide the bytes: a change of them is a change of k_name.
constexpr std::size_t k_chunk_size = 512U << 10U;
constexpr std::size_t k_dictionary_size = k_farthest_match;

constexpr unsigned k_most_threads = 16;

std::span<const unsigned char> bytes_of(const std::string& text)
{
  return {reinterpret_cast<const unsigned char*>(text.data()), text.size()};
}

}  // namespace

ParallelDeflater::ParallelDeflater(Sink sink, unsigned threads)
    : m_sink(std::move(sink)), m_helpers(std::clamp(threads, 1U, k_most_threads) - 1), m_chunks(2 * m_helpers + 2)
{
}

ParallelDeflater::~ParallelDeflater()
{
  {
    const std::lock_guard lock(m_mutex);
    m_is_ending = true;
  }
  m_handed_out.notify_all();
  for (auto& thread : m_threads) {
    thread.join();
  }
}

void ParallelDeflater::start_threads()
{
  while (m_threads.size() < m_helpers) {
    m_threads.emplace_back([this] { help(); });
  }
}

ParallelDeflater::Chunk* ParallelDeflater::wait_for_chunk()
{
  std::unique_lock lock(m_mutex);
  m_handed_out.wait(lock, [this] { return m_taken < m_filled || m_is_ending; });
  return m_is_ending ? nullptr : &at(m_taken++);
}

ParallelDeflater::Chunk* ParallelDeflater::take_chunk()
{
  const std::lock_guard lock(m_mutex);
  return m_taken < m_filled ? &at(m_taken++) : nullptr;
}

void ParallelDeflater::compress(Chunk& chunk, Deflater& deflater)
{
  deflater.deflate(bytes_of(chunk.bytes), chunk.dictionary, chunk.is_last, chunk.compressed);
  const std::lock_guard lock(m_mutex);
  chunk.is_done = true;
  m_done.notify_one();
}

void ParallelDeflater::help()
{
  Deflater deflater;
  while (Chunk* chunk = wait_for_chunk()) {
    compress(*chunk, deflater);
  }
}

Status ParallelDeflater::append(std::string_view bytes)
{
  while (!bytes.empty()) {
    Chunk& chunk = at(m_filled);
    const std::size_t room = chunk.dictionary + k_chunk_size - chunk.bytes.size();
    chunk.bytes += bytes.substr(0, room);
    bytes.remove_prefix(std::min(room, bytes.size()));
    if (chunk.bytes.size() == chunk.dictionary + k_chunk_size) {
      hand_out(false);
      DAVIT_TRY(begin_chunk());
    }
  }
  return {};
}

void ParallelDeflater::hand_out(bool is_last)
{
  if (!is_last) {
    start_threads();
  }
  at(m_filled).is_last = is_last;
  {
    const std::lock_guard lock(m_mutex);
    ++m_filled;
  }
  m_handed_out.notify_one();
}

/// The one after the last that was handed out, with the end of that one before it.
Status ParallelDeflater::begin_chunk()
{
  if (m_filled - m_written == m_chunks.size()) {
    DAVIT_TRY(write_oldest());
  }
  Chunk& chunk = at(m_filled);
  const std::string& before = at(m_filled - 1).bytes;
  chunk.bytes.reserve(k_dictionary_size + k_chunk_size);
  chunk.bytes.assign(before, before.size() - std::min(before.size(), k_dictionary_size));
  chunk.dictionary = chunk.bytes.size();
  chunk.compressed.clear();
  chunk.is_done = false;
  return {};
}

bool ParallelDeflater::is_done(const Chunk& chunk)
{
  const std::lock_guard lock(m_mutex);
  return chunk.is_done;
}

/// Compresses what nobody has begun until the oldest is done: the thread that appends is one of those that work.
Status ParallelDeflater::write_oldest()
{
  const Chunk& oldest = at(m_written);
  while (!is_done(oldest)) {
    if (Chunk* chunk = take_chunk()) {
      compress(*chunk, m_deflater);
    } else {
      std::unique_lock lock(m_mutex);
      m_done.wait(lock, [&] { return oldest.is_done; });
    }
  }
  ++m_written;
  return m_sink(oldest.compressed);
}

Status ParallelDeflater::finish()
{
  hand_out(true);
  while (m_written < m_filled) {
    DAVIT_TRY(write_oldest());
  }
  return {};
}

}  // namespace davit::aws::deflate
