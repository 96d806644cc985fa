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

/// The signal that asked to stop, or 0.
int interrupted();

/// Ignores SIGPIPE (a closed pipe is reported by write) and installs the handlers that InterruptScope describes.
void install_signal_handlers();

}  // namespace davit
