// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/process_tree.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace davit::aws::local::lambda {
namespace {

namespace fs = std::filesystem;

/// Every thread has a list of those that it has forked.
void add_children(pid_t process, std::vector<pid_t>& found)
{
  std::error_code error;
  for (fs::directory_iterator thread(fmt::format("/proc/{}/task", process), error), end; !error && thread != end; thread.increment(error)) {
    std::ifstream children(thread->path() / "children");
    for (pid_t child = 0; children >> child;) {
      found.push_back(child);
    }
  }
}

/// "Pss:        1234 kB" of a file in /proc; nothing there is 0.
int kilobytes_in(const std::string& path, std::string_view field)
{
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(field)) {
      return static_cast<int>(std::strtol(line.c_str() + field.size(), nullptr, 10));
    }
  }
  return 0;
}

}  // namespace

std::vector<pid_t> processes_below(pid_t root)
{
  std::vector<pid_t> found;
  add_children(root, found);
  for (std::size_t i = 0; i < found.size(); ++i) {
    add_children(found[i], found);
  }
  return found;
}

int used_memory_kb(pid_t process)
{
  const int proportional = kilobytes_in(fmt::format("/proc/{}/smaps_rollup", process), "Pss:");
  return proportional > 0 ? proportional : kilobytes_in(fmt::format("/proc/{}/status", process), "VmRSS:");
}

int peak_memory_kb(pid_t process)
{
  return kilobytes_in(fmt::format("/proc/{}/status", process), "VmHWM:");
}

}  // namespace davit::aws::local::lambda
