// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "cli/term/streams.hpp"

namespace davit::cli {

/// One live line on stderr for work that takes long. Silent unless stderr is a terminal, and with --quiet.
class Progress
{
public:
  enum class Show { on_terminal, never };

  Progress(Streams& streams, Show show);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Replaces the line, at most ten times a second. Cheap enough for every item of a loop.
  void update(std::string_view line);

  /// Takes the line away, so that other output can follow.
  void clear();

private:
  OutStream* m_err;
  bool m_shown = false;
  bool m_enabled;
  std::chrono::steady_clock::time_point m_last{};
};

}  // namespace davit::cli
