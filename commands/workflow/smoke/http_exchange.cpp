// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/smoke/http_exchange.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "aws/http/content.hpp"

namespace davit::commands::workflow::smoke {
namespace {

using aws::http::TransferResult;

constexpr std::size_t k_largest_body = 32U << 20U;

Result<Answer> read_answer(TransferResult sent)
{
  if (!sent.response) {
    return fail(std::move(sent.response).error());
  }
  aws::http::Response& response = *sent.response;
  const aws::http::Headers as_sent = response.headers;  // a suite may expect Content-Encoding, which inflating takes away
  DAVIT_TRY(aws::http::inflate_body(response, k_largest_body));
  return answer_of(response.status, as_sent, std::move(response.body));
}

}  // namespace

Answer answer_of(int status, const aws::http::Headers& headers, std::string body)
{
  Answer answer{.status = status, .body = std::move(body)};
  for (const auto& [name, value] : headers.fields()) {
    std::string key = name;
    std::transform(key.begin(), key.end(), key.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const auto [found, is_new] = answer.headers.try_emplace(key, value);
    if (!is_new) {
      found->second += ", " + value;
    }
  }
  return answer;
}

Result<aws::http::Request> http_request(const Url& base, const PreparedRequest& request)
{
  std::string prefix = base.to_string();
  if (prefix.ends_with('/')) {
    prefix.pop_back();
  }
  aws::http::Request out{.method = request.method, .headers = request.headers, .body = request.body};
  DAVIT_TRY_ASSIGN(out.url, parse_url(prefix + request.path));
  return out;
}

Result<Answer> HttpExchange::send(const Url& base, const PreparedRequest& request, std::chrono::milliseconds limit, const Finish& finish)
{
  DAVIT_TRY_ASSIGN(aws::http::Request http, http_request(base, request).and_then(finish));
  if (!m_client) {
    m_client.emplace(m_settings);
  }
  std::optional<TransferResult> result;
  const aws::http::SendOptions options{.read_timeout = limit, .max_body_bytes = k_largest_body, .send_once = true};
  const auto deadline = std::chrono::steady_clock::now() + limit;
  m_client->start(std::move(http), options, [&result](TransferResult transfer) { result = std::move(transfer); });
  while (!result && std::chrono::steady_clock::now() < deadline) {
    m_client->run(deadline);
  }
  if (!result) {
    // A server that keeps sending a little is never silent; only the end of the client ends the transfer.
    m_client.reset();
    return fail(Error{.kind = ErrorKind::unavailable,
                      .message = fmt::format("no whole answer from {} within {} ms", base.authority(), limit.count())});
  }
  return read_answer(std::move(*result));
}

}  // namespace davit::commands::workflow::smoke
