// SPDX-License-Identifier: Apache-2.0
#include "aws/registry/exchange.hpp"

#include <fmt/format.h>

#include "aws/registry/location.hpp"
#include "aws/registry/patience.hpp"

namespace davit::aws::registry {
namespace {

constexpr int k_most_redirections = 5;
/// The first may meet a token that has just expired, the second one that says too little.
// Several threads share a token: where one is good for few requests, others may have used up the new one before this request goes out.
constexpr int k_most_challenges = 6;
constexpr std::string_view k_user_agent = "davit";

bool is_redirection(int status)
{
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

http::TransferResult failed(http::TransferResult result, Error error)
{
  result.response = fail(std::move(error));
  result.failure = http::Failure::not_sent;
  return result;
}

}  // namespace

http::TransferResult Exchange::attempt(const Call& call, const Url& url, const std::string& authorization)
{
  http::Request request{.method = call.method, .url = url, .headers = call.headers};
  request.headers.add("User-Agent", std::string(k_user_agent));
  if (!authorization.empty()) {
    request.headers.add("Authorization", authorization);
  }
  const http::SendOptions options{.body = call.body, .on_body = call.on_body, .on_sent = call.on_sent};
  return call.once ? m_http.send(request, options) : send_patiently(m_http, request, options);
}

http::TransferResult Exchange::authorized(const Call& call)
{
  if (!same_origin(call.url, m_registry)) {
    return attempt(call, call.url, "");
  }
  std::string authorization = m_authorizer->known(call.access);
  http::TransferResult result = attempt(call, call.url, authorization);
  for (int round = 0; round < k_most_challenges && result.response && result.response->status == 401; ++round) {
    const auto challenges = challenges_of(result.response->headers);
    if (challenges.empty()) {
      break;
    }
    auto answer = m_authorizer->answer(m_http, call.access, m_registry, challenges, authorization);
    if (!answer) {
      return failed(std::move(result), std::move(answer).error());
    }
    authorization = std::move(*answer);
    result = attempt(call, call.url, authorization);
  }
  return result;
}

http::TransferResult Exchange::send(const Call& call)
{
  http::TransferResult result = authorized(call);
  Call next = call;
  const bool may_follow = call.method == "GET" || call.method == "HEAD";
  for (int count = 0; may_follow && result.response && is_redirection(result.response->status); ++count) {
    const auto location = result.response->headers.get("location");
    auto target = location ? follow(next.url, *location)
                           : Result<Url>(fail(failed_error(fmt::format("{} redirects to nowhere", next.url.authority()))));
    if (!target || count == k_most_redirections) {
      Error error = target ? failed_error(fmt::format("{} redirects more than {} times", call.url.authority(), k_most_redirections))
                           : std::move(target).error();
      return failed(std::move(result), std::move(error));
    }
    next.url = std::move(*target);
    result = authorized(next);
  }
  return result;
}

}  // namespace davit::aws::registry
