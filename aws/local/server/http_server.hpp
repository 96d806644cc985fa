// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "aws/core/result.hpp"
#include "aws/http/message.hpp"

/// HTTP/1.1 on loopback. Debian's cpp-httplib exists as a shared library only, which costs every start of davit 1.9 ms (libssl and three
/// brotli libraries come with it); it also inflates bodies before their signature can be checked and takes multipart bodies apart.
namespace davit::aws::local::server {

/// A request as it came over the wire: path and query are not decoded, the body is not inflated.
struct IncomingRequest {
  http::Request message;
  std::string protocol = "HTTP/1.1";
  std::string source_ip;
  bool body_too_large = false;  ///< the body was longer than Limits::body and is not here
};

/// A part of an open file, which closes with it.
class FileSlice
{
public:
  FileSlice(int fd, std::uint64_t offset, std::uint64_t length) : m_fd(fd), m_offset(offset), m_length(length) {}
  ~FileSlice();
  FileSlice(const FileSlice&) = delete;
  FileSlice& operator=(const FileSlice&) = delete;

  [[nodiscard]] int fd() const { return m_fd; }
  [[nodiscard]] std::uint64_t offset() const { return m_offset; }
  [[nodiscard]] std::uint64_t length() const { return m_length; }

private:
  int m_fd;
  std::uint64_t m_offset;
  std::uint64_t m_length;
};

/// A body that is sent while it comes about. Destroyed when it is sent, or when the peer has gone away.
class BodySource
{
public:
  BodySource() = default;
  BodySource(const BodySource&) = delete;
  BodySource& operator=(const BodySource&) = delete;
  virtual ~BodySource() = default;

  /// The next piece, as soon as there is one; nothing at the end.
  virtual std::optional<std::string> next() = 0;
  /// Of the end: false when the body broke off, which the peer learns from a connection that closes too early.
  [[nodiscard]] virtual bool is_complete() const = 0;
};

/// An answer, whose body is a part of a file or comes from a source when there is one.
struct StreamedResponse {
  http::Response response;
  std::unique_ptr<FileSlice> file = nullptr;
  std::shared_ptr<BodySource> source = nullptr;
};

using Handler = std::function<StreamedResponse(const IncomingRequest&)>;

/// Of a request without its answer.
using Predicate = std::function<bool(const IncomingRequest&)>;

/// One request and its answer, whose bodies may be larger than memory. Destroyed without finish() when the peer went away in the middle.
class Exchange
{
public:
  Exchange() = default;
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  virtual ~Exchange() = default;

  /// The next piece of the request's body.
  virtual void take(std::string_view piece) = 0;
  /// After the last piece.
  virtual StreamedResponse finish() = 0;
};

/// Begins an exchange when the head of its request is there; `message.body` stays empty. The head lives until the exchange ends, and has
/// the trailers by then. Without an exchange the request is one for the handler.
using ExchangeBegin = std::function<std::unique_ptr<Exchange>(const IncomingRequest& head)>;

struct Limits {
  std::size_t head = 64 * 1024;  ///< of the request line, and of all header fields together
  int head_status = 431;         ///< what answers a longer one
  std::size_t body = 16 * 1024 * 1024;
};

/// Serves each connection on a thread of its own, so that a client that keeps its connection open, or waits long for an answer, never
/// stands in the way of another; but those that ask only what is answered at once share a few threads.
class HttpServer
{
public:
  /// Listens on 127.0.0.1; port 0 takes a free one. A port in use is a conflict error. Who connects waits until serve().
  static Result<std::unique_ptr<HttpServer>> listen(std::uint16_t port, Limits limits = {});
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  /// Stops.
  ~HttpServer();

  [[nodiscard]] std::uint16_t port() const;

  /// Starts to answer. `handler` and `answers_at_once` are called from many threads; the latter says of a request that its answer waits for
  /// nothing and takes some milliseconds at most, and without it there is none such.
  void serve(Handler handler, Predicate answers_at_once = {});

  /// The same with bodies that pass through piece by piece, each connection on a thread of its own. `handler` answers requests that
  /// `begin_exchange` makes no exchange of.
  void serve_streams(ExchangeBegin begin_exchange, Handler handler = {});

  /// Closes every connection and waits until no handler runs any more. A handler that waits for something must be woken first.
  void stop();

private:
  struct State;
  explicit HttpServer(std::unique_ptr<State> state);
  std::unique_ptr<State> m_state;
};

}  // namespace davit::aws::local::server
