// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "aws/core/result.hpp"
#include "aws/core/time.hpp"
#include "aws/http/message.hpp"

namespace davit::aws::http {

struct ClientSettings {
  /// PEM file, or folder of hashed certificates, to trust instead of the system's (AWS_CA_BUNDLE).
  std::optional<std::filesystem::path> ca_bundle = std::nullopt;
};

struct SendOptions {
  std::chrono::milliseconds connect_timeout{3100};  ///< for TCP, and once more for TLS
  std::chrono::milliseconds read_timeout{60'000};   ///< longest time without a byte in either direction
  std::size_t max_body_bytes = 32U << 20U;          ///< of a response; of one with an error status at most 1 MiB
  /// Never sends the bytes of this request twice. Otherwise libcurl itself repeats a request whose kept-alive connection turns out dead.
  bool send_once = false;
  bool direct = false;  ///< never through a proxy: for metadata services, which only this machine can reach
  /// Sent instead of the request's own body and not copied: must outlive the transfer.
  std::optional<std::string_view> body = std::nullopt;
  /// Takes the body of a 2xx answer piece by piece, which may then be larger than memory; Response::body stays empty. `head` has the
  /// answer's status and fields. False ends the transfer (Failure::stopped).
  std::function<bool(const Response& head, std::string_view piece)> on_body = {};
  /// Hears now and then how many bytes of the body have gone.
  std::function<void(std::uint64_t sent)> on_sent = {};
};

/// Why there is no response.
enum class Failure {
  none,
  not_sent,    ///< the request cannot be sent as it is, or libcurl is missing
  connect,     ///< no connection: name, TCP, proxy, or time-out of these
  tls_trust,   ///< the server's certificate is not trusted
  timeout,     ///< connected, then silent
  connection,  ///< reset, closed early, cut body, broken TLS or HTTP
  too_large,   ///< more than max_body_bytes or 64 KiB of header fields
  cancelled,   ///< interrupted by a signal
  stopped,     ///< on_body wanted no more
};

struct TransferResult {
  Result<Response> response;
  Failure failure = Failure::none;
  bool bytes_left = false;  ///< whether any part of the request may have reached the server
  TimePoint started{};
  TimePoint finished{};
};

/// HTTP/1.1 over libcurl: TLS verified and at least 1.2, no redirects, no cookies, no netrc, content encoding left alone, connections kept
/// and reused. Proxies as libcurl reads them from the environment (HTTPS_PROXY, NO_PROXY); never for loopback. For one thread.
class Client
{
public:
  explicit Client(ClientSettings settings = {});
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// One request, to its end. Any status is a response.
  TransferResult send(const Request& request, const SendOptions& options = {});

  using Done = std::function<void(TransferResult)>;

  /// Begins a request; `done` runs inside a later run() on this thread, and may start further ones.
  void start(Request request, const SendOptions& options, Done done);

  /// Drives all begun requests until one or more ended, or until the time given, whichever is first. Returns at once when none is under
  /// way.
  void run(std::chrono::steady_clock::time_point until);

  [[nodiscard]] std::size_t under_way() const;

private:
  class Engine;
  std::unique_ptr<Engine> m_engine;
};

}  // namespace davit::aws::http
