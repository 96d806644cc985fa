// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "aws/core/json.hpp"
#include "aws/core/result.hpp"

namespace davit::cli {

/// A running local AWS: the document that `davit local up` prints and keeps as DIR/endpoint.json.
struct LocalState {
  std::string endpoint;                 ///< URL of every service
  std::string gateway;                  ///< URL of the front door
  std::optional<std::string> registry;  ///< host:port, once there is one
  pid_t pid = 0;
  std::filesystem::path state;
  std::string region;
  std::string access_key_id;
  std::string secret_access_key;
  std::string isolation = {};  ///< of handlers: "chroot", "userns" or "process"
  bool throttles = false;      ///< provisioned tables are held to their capacity
};

OrderedJson to_json(const LocalState& state);

/// The local AWS of that folder. A usage error that says how to start it when none is running.
Result<LocalState> read_local_state(const std::filesystem::path& directory);

/// Writes DIR/endpoint.json at once and for its owner only.
Status write_local_state(const LocalState& state);

/// Removes DIR/endpoint.json.
void remove_local_state(const std::filesystem::path& directory);

/// Held by the process that serves a folder, as long as it lives: the kernel lets go of it however the process ends.
class StateLock
{
public:
  /// Nothing when another process holds it.
  static Result<std::optional<StateLock>> try_acquire(const std::filesystem::path& directory);
  StateLock(StateLock&& other) noexcept;
  StateLock& operator=(StateLock&&) = delete;
  ~StateLock();

private:
  explicit StateLock(int fd) : m_fd(fd) {}
  int m_fd;
};

/// The process that holds the lock of the folder; nothing when none does. Never call it from the holder: closing the file lets go.
std::optional<pid_t> lock_holder(const std::filesystem::path& directory);

}  // namespace davit::cli
