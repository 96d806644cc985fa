// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "aws/http/client.hpp"
#include "cli/context.hpp"
#include "commands/workflow/function_name.hpp"
#include "commands/workflow/smoke/target.hpp"

namespace davit::commands::workflow::smoke {

/// Where the requests of a suite go.
struct Destination {
  std::string name;        ///< as it was asked for: "local", "function:3", a URL
  std::optional<Url> url;  ///< an API; nothing sends requests to the function itself, as events
  std::string function;    ///< physical name; empty when none is known
  std::string qualifier;   ///< version or alias
};

/// What `--target` means: "local" is the front door of the local AWS, a URL is an API, anything else is FUNCTION[:QUALIFIER].
Result<Destination> find_destination(cli::Context& context, const std::string& target);

/// A deployed backend: its API or function, and the tables and logs of the same environment.
class BackendTarget : public Target
{
public:
  BackendTarget(cli::Context& context, Destination destination) : m_context(context), m_destination(std::move(destination)) {}

  [[nodiscard]] std::string name() const override { return m_destination.name; }
  Result<Answer> send(const PreparedRequest& request) override;
  Result<Answer> invoke(const OrderedJson& event) override;
  Result<Answer> call_item(const ItemCall& call) override;
  Result<std::string> mint(const std::string& profile) override;
  Result<std::string> log_since(TimePoint start) override;

private:
  Result<Answer> invoke_payload(const std::string& payload);
  Result<Answer> send_to_function(const PreparedRequest& request);

  cli::Context& m_context;
  Destination m_destination;
  aws::http::Client m_http;
};

}  // namespace davit::commands::workflow::smoke
