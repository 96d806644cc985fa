// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/smoke/http_exchange.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace davit::commands::workflow::smoke {

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
  OrderedJson parsed = OrderedJson::parse(answer.body, nullptr, false);
  if (!parsed.is_discarded()) {
    answer.json = std::move(parsed);
  }
  return answer;
}

Result<aws::http::Request> http_request(const Url& base, const PreparedRequest& request)
{
  std::string prefix = base.to_string();
  if (prefix.ends_with('/')) {
    prefix.pop_back();
  }
  aws::http::Request out{.method = request.method, .body = request.body};
  DAVIT_TRY_ASSIGN(out.url, parse_url(prefix + request.path));
  for (const auto& [name, value] : request.headers) {
    out.headers.add(name, value);
  }
  return out;
}

Result<Answer> exchange(aws::http::Client& client, const Url& base, const PreparedRequest& request)
{
  DAVIT_TRY_ASSIGN(const aws::http::Request http, http_request(base, request));
  auto sent = client.send(http);
  if (!sent.response) {
    return fail(std::move(sent.response).error());
  }
  return answer_of(sent.response->status, sent.response->headers, std::move(sent.response->body));
}

}  // namespace davit::commands::workflow::smoke
