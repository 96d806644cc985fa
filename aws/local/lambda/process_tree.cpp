// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/process_tree.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

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

ProcessStatus::ProcessStatus(pid_t process) : m_fd(::open(fmt::format("/proc/{}/status", process).c_str(), O_RDONLY | O_CLOEXEC)) {}

ProcessStatus::~ProcessStatus()
{
  if (m_fd >= 0) {
    ::close(m_fd);
  }
}

ProcessStatus& ProcessStatus::operator=(ProcessStatus&& other) noexcept
{
  std::swap(m_fd, other.m_fd);
  return *this;
}

int ProcessStatus::peak_memory_kb() const
{
  constexpr std::string_view k_field = "\nVmHWM:";
  std::array<char, 4096> bytes;
  const ssize_t length = m_fd < 0 ? -1 : ::pread(m_fd, bytes.data(), bytes.size() - 1, 0);
  const std::string_view text(bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(length, 0)));
  const auto at = text.find(k_field);
  if (at == std::string_view::npos) {
    return 0;
  }
  bytes[text.size()] = '\0';
  return static_cast<int>(std::strtol(bytes.data() + at + k_field.size(), nullptr, 10));
}

}  // namespace davit::aws::local::lambda
