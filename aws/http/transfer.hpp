// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include "aws/http/client.hpp"
#include "aws/http/curl_library.hpp"

namespace davit::aws::http {

/// Which certificates libcurl trusts: exactly one of the two. With both set, as Debian builds it, libcurl's cache of parsed certificates
/// is off and every connection parses the whole bundle again.
struct Trust {
  std::string file;
  std::string folder;
};

/// The system's hashed folder where there is one, because a bundle costs tens of milliseconds to parse (openssl/openssl#16871).
Trust find_trust(const CurlLibrary& curl, const ClientSettings& settings);

/// One request on one easy handle, from its options to its result. Stays where it is: libcurl keeps pointers into it.
class Transfer
{
public:
  /// Takes the handle, which it does not own, and sets it up.
  Transfer(const CurlLibrary& curl, CURL* easy, Request request, const SendOptions& options, const Trust& trust, Client::Done done);
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  [[nodiscard]] CURL* easy() const { return m_easy; }

  /// When the server will have been silent for too long.
  [[nodiscard]] std::chrono::steady_clock::time_point deadline() const { return m_last_activity + m_options.read_timeout; }

  void time_out() { m_timed_out = true; }
  void cancel() { m_cancelled = true; }

  /// What became of it, once libcurl is done with it.
  TransferResult finish(CURLcode code);
  Client::Done take_done() { return std::move(m_done); }

private:
  template <typename Value>
  void set(CURLoption option, Value value);
  void set_up(const Trust& trust);
  void set_method_and_body();
  [[nodiscard]] bool takes_pieces() const;
  void set_header_fields();
  void set_connection(const Trust& trust);

  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
  static int on_progress(void* self, curl_off_t, curl_off_t received, curl_off_t, curl_off_t sent);

  [[nodiscard]] Failure failure_of(CURLcode code) const;
  [[nodiscard]] Error error_of(CURLcode code, Failure failure) const;

  const CurlLibrary& m_curl;
  CURL* m_easy;
  curl_slist* m_header_list = nullptr;
  Request m_request;
  std::string m_url;
  SendOptions m_options;
  Client::Done m_done;
  Response m_response;
  std::size_t m_header_bytes = 0;
  curl_off_t m_moved = 0;
  std::chrono::steady_clock::time_point m_last_activity = std::chrono::steady_clock::now();
  TimePoint m_started = system_now();
  char m_error_text[CURL_ERROR_SIZE] = {};
  bool m_too_large = false;
  bool m_timed_out = false;
  bool m_cancelled = false;
  bool m_stopped = false;
};

/// Usage error when something of the request would break out of its place on the wire: CR, LF or NUL in a field, a space in the path.
Status check_request(const Request& request);

}  // namespace davit::aws::http
