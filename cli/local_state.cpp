// SPDX-License-Identifier: Apache-2.0
#include "cli/local_state.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "aws/core/file.hpp"

namespace davit::cli {
namespace {

namespace fs = std::filesystem;

fs::path document_of(const fs::path& directory)
{
  return directory / "endpoint.json";
}

fs::path lock_file_of(const fs::path& directory)
{
  return directory / "lock";
}

/// A record lock rather than flock(): the kernel says which process holds it, and children do not inherit it.
struct flock write_lock()
{
  struct flock lock = {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return lock;
}

Error not_running(const fs::path& directory)
{
  return usage_error(fmt::format("no local AWS is running in {}", directory.string()), "start one: davit local up");
}

Result<LocalState> parse_state(const std::string& text, const fs::path& file)
{
  DAVIT_TRY_ASSIGN(const Json document, parse_json(text, file.string()));
  try {
    const Json& registry = document.at("registry");
    return LocalState{.endpoint = document.at("endpoint"),
                      .gateway = document.at("gateway"),
                      .registry = registry.is_null() ? std::nullopt : std::optional<std::string>(registry),
                      .pid = document.at("pid"),
                      .state = document.at("state").get<std::string>(),
                      .region = document.at("region"),
                      .access_key_id = document.at("accessKeyId"),
                      .secret_access_key = document.at("secretAccessKey"),
                      .isolation = document.value("isolation", ""),
                      .throttles = document.value("throttle", false)};
  } catch (const Json::exception& e) {
    return fail(usage_error(fmt::format("{} cannot be read: {}", file.string(), e.what()),
                            "stop and start the local AWS: davit local down, davit local up"));
  }
}

}  // namespace

OrderedJson to_json(const LocalState& state)
{
  return {{"endpoint", state.endpoint},
          {"gateway", state.gateway},
          {"registry", state.registry ? OrderedJson(*state.registry) : OrderedJson(nullptr)},
          {"pid", state.pid},
          {"state", state.state.string()},
          {"region", state.region},
          {"accessKeyId", state.access_key_id},
          {"secretAccessKey", state.secret_access_key},
          {"isolation", state.isolation},
          {"throttle", state.throttles}};
}

Result<LocalState> read_local_state(const fs::path& directory)
{
  if (!lock_holder(directory)) {
    return fail(not_running(directory));
  }
  const auto text = read_file(document_of(directory));
  return text ? parse_state(*text, document_of(directory)) : fail(not_running(directory));
}

Status write_local_state(const LocalState& state)
{
  return write_file(document_of(state.state), dump_pretty(to_json(state)) + "\n", Access::owner_only);
}

void remove_local_state(const fs::path& directory)
{
  std::error_code ignored;
  fs::remove(document_of(directory), ignored);
}

Result<std::optional<StateLock>> StateLock::try_acquire(const fs::path& directory)
{
  const fs::path file = lock_file_of(directory);
  const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) {
    return fail(usage_error(fmt::format("cannot open {}: {}", file.string(), std::strerror(errno)), "choose another folder with --state"));
  }
  StateLock lock(fd);
  struct flock whole_file = write_lock();
  if (::fcntl(fd, F_SETLK, &whole_file) != 0) {
    return std::nullopt;
  }
  return std::optional(std::move(lock));
}

StateLock::StateLock(StateLock&& other) noexcept : m_fd(std::exchange(other.m_fd, -1)) {}

StateLock::~StateLock()
{
  if (m_fd >= 0) {
    ::close(m_fd);
  }
}

std::optional<pid_t> lock_holder(const fs::path& directory)
{
  const int fd = ::open(lock_file_of(directory).c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return std::nullopt;
  }
  struct flock whole_file = write_lock();
  const bool held = ::fcntl(fd, F_GETLK, &whole_file) == 0 && whole_file.l_type != F_UNLCK;
  ::close(fd);
  return held ? std::optional(whole_file.l_pid) : std::nullopt;
}

}  // namespace davit::cli
