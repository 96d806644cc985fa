// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "aws/core/result.hpp"
#include "aws/core/uri.hpp"
#include "aws/http/client.hpp"
#include "commands/workflow/smoke/target.hpp"

namespace davit::commands::workflow::smoke {

/// Sends requests to an API, each once and on a connection of its own, so that an attempt is what the server sees as one. Redirects are
/// answers like any other.
class HttpExchange
{
public:
  explicit HttpExchange(aws::http::ClientSettings settings) : m_settings(std::move(settings)) {}

  /// What is done to a request at last, such as to sign it.
  using Finish = std::function<Result<aws::http::Request>(aws::http::Request)>;

  /// The request below `base`, whole within `limit`. ErrorKind::unavailable when no whole answer came.
  Result<Answer> send(const Url& base, const PreparedRequest& request, std::chrono::milliseconds limit, const Finish& finish);

private:
  aws::http::ClientSettings m_settings;
  std::optional<aws::http::Client> m_client;
};

/// The step's request as one to `base`.
Result<aws::http::Request> http_request(const Url& base, const PreparedRequest& request);

/// The answer's parts as checks want them: names of headers in lower case, repeated ones joined.
Answer answer_of(int status, const aws::http::Headers& headers, std::string body);

}  // namespace davit::commands::workflow::smoke
