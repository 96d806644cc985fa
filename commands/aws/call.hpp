// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "aws/auth/service_client.hpp"
#include "aws/auth/session.hpp"
#include "cli/command.hpp"

namespace davit::commands::aws {

/// One operation with its input in the shape of the API reference.
struct CallRequest {
  std::string service;
  std::string operation;
  std::string input;
};

/// What the service answered, its errors included. An Error when there was no answer.
Result<davit::aws::auth::Answer> call(const CallRequest& request, davit::aws::auth::Session& session);

/// Hands out one line of a batch, or nothing at its end.
using NextLine = std::function<Result<std::optional<std::string>>()>;
using WriteLine = std::function<Status(const std::string&)>;

/// Answers each line before it reads the next, over one connection. Returns the worst error, if any call failed. A line that cannot be read
/// as a call is answered too, with status 0 and an error.
Result<std::optional<Error>> call_batch(const std::string& service, davit::aws::auth::Session& session, const NextLine& next,
                                        const WriteLine& write);

void add_call(CLI::App& group, cli::Registry& registry);

}  // namespace davit::commands::aws
