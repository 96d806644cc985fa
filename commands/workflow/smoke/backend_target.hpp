// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "cli/context.hpp"
#include "commands/workflow/function_name.hpp"
#include "commands/workflow/smoke/http_exchange.hpp"
#include "commands/workflow/smoke/target.hpp"
#include "commands/workflow/token.hpp"

namespace davit::commands::workflow::smoke {

/// Where the requests of a suite go.
struct Destination {
  std::string name;        ///< as it was asked for: "local", "function:3", a URL
  std::optional<Url> url;  ///< an API; nothing sends requests to the function itself, as events
  std::optional<FunctionTarget> function;
  std::string qualifier;        ///< version or alias
  std::string signed_for = {};  ///< of a URL whose requests are signed: "lambda" or "execute-api"
};

/// What `--target` means: "local" is the front door of the local AWS, "api" the HTTP API of the project's environment, a URL is an API, and
/// "url" or "url:FUNCTION[:ALIAS]" the function URL, whose requests are signed where it asks for it; anything else is FUNCTION[:QUALIFIER].
Result<Destination> find_destination(cli::Context& context, const std::string& target);

/// A deployed backend: its API or function, and the tables and logs of the same environment.
class BackendTarget : public Target
{
public:
  BackendTarget(cli::Context& context, Destination destination);

  [[nodiscard]] std::string name() const override { return m_destination.name; }
  Result<Answer> send(const PreparedRequest& request, TimeLimit limit) override;
  Result<Answer> invoke(const OrderedJson& event, TimeLimit limit) override;
  Result<Answer> call_item(const ItemCall& call) override;
  Result<std::string> mint(const std::string& profile) override { return m_tokens.mint(profile); }
  Result<std::string> log_since(TimePoint start) override;

private:
  Result<aws::http::Request> signed_where_needed(aws::http::Request request);
  Result<Answer> invoke_payload(const std::string& payload, TimeLimit limit);
  Result<Answer> send_to_function(const PreparedRequest& request, TimeLimit limit);

  cli::Context& m_context;
  Destination m_destination;
  HttpExchange m_http;
  TokenMint m_tokens;
};

}  // namespace davit::commands::workflow::smoke
