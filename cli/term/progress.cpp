// SPDX-License-Identifier: Apache-2.0
#include "cli/term/progress.hpp"

namespace davit::cli {
namespace {

constexpr std::string_view k_erase_line = "\r\x1b[K";
constexpr std::size_t k_widest = 79;

}  // namespace

Progress::Progress(Streams& streams, Show show) : m_err(&streams.err), m_enabled(show == Show::on_terminal && streams.err.is_terminal()) {}

Progress::~Progress()
{
  clear();
}

void Progress::update(std::string_view line)
{
  const auto now = std::chrono::steady_clock::now();
  if (!m_enabled || (m_shown && now - m_last < std::chrono::milliseconds{100})) {
    return;
  }
  m_last = now;
  m_shown = true;
  static_cast<void>(m_err->write(std::string(k_erase_line) + std::string(line.substr(0, k_widest))));
}

void Progress::clear()
{
  if (m_shown) {
    static_cast<void>(m_err->write(k_erase_line));
    m_shown = false;
  }
}

}  // namespace davit::cli
