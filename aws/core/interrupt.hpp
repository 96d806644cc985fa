// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace davit {

/// While one of these lives, the first SIGINT or SIGTERM only raises the flag that `interrupted()` reads, so that the work at hand can
/// stop where its state is whole and say so. The second ends the process. Without one, the first ends it.
class InterruptScope
{
public:
  InterruptScope();
  ~InterruptScope();
  InterruptScope(const InterruptScope&) = delete;
  InterruptScope& operator=(const InterruptScope&) = delete;
};

/// The signal that asked to stop, or 0. What waits for a network gives up when it is set.
int interrupted();

/// While one of these lives, what is under way is finished: interrupted() stays 0, and only stop_requested() tells. For work that must not
/// be left half done, such as a batch whose answer says what was written.
class FinishScope
{
public:
  FinishScope();
  ~FinishScope();
  FinishScope(const FinishScope&) = delete;
  FinishScope& operator=(const FinishScope&) = delete;

private:
  InterruptScope m_scope;
};

/// The signal that asked to stop, or 0, whether or not a FinishScope lives.
int stop_requested();

/// Ignores SIGPIPE (a closed pipe is reported by write) and installs the handlers that InterruptScope describes.
void install_signal_handlers();

}  // namespace davit
