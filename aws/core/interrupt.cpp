// SPDX-License-Identifier: Apache-2.0
#include "aws/core/interrupt.hpp"

#include <unistd.h>

#include <atomic>
#include <csignal>
#include <initializer_list>

namespace davit {
namespace {

std::atomic<int> g_scopes{0};
std::atomic<int> g_finish_scopes{0};
std::atomic<int> g_signal{0};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may only touch lock-free atomics");

void on_signal(int signal)
{
  const bool first = g_signal.exchange(signal) == 0;
  if (!first || g_scopes.load() == 0) {
    ::_exit(128 + signal);
  }
}

}  // namespace

InterruptScope::InterruptScope()
{
  ++g_scopes;
}

InterruptScope::~InterruptScope()
{
  --g_scopes;
}

FinishScope::FinishScope()
{
  ++g_finish_scopes;
}

FinishScope::~FinishScope()
{
  --g_finish_scopes;
}

int interrupted()
{
  return g_finish_scopes.load() > 0 ? 0 : g_signal.load();
}

int stop_requested()
{
  return g_signal.load();
}

void install_signal_handlers()
{
  std::signal(SIGPIPE, SIG_IGN);
  for (const int signal : {SIGINT, SIGTERM}) {
    struct sigaction action = {};
    action.sa_handler = on_signal;
    ::sigaction(signal, &action, nullptr);
  }
}

}  // namespace davit
