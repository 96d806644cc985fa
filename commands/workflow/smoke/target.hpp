// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "aws/core/json.hpp"
#include "aws/core/result.hpp"
#include "aws/core/time.hpp"
#include "aws/http/message.hpp"
#include "commands/workflow/smoke/suite.hpp"

namespace davit::commands::workflow::smoke {

/// An HTTP request with every variable expanded.
struct PreparedRequest {
  std::string method;
  std::string path;  ///< with its query, as it goes over the wire
  aws::http::Headers headers;
  std::string body;
};

/// What a step brought: an HTTP answer, a function's payload, or an item.
struct Answer {
  std::optional<int> status;
  std::map<std::string, std::string> headers;  ///< names in lower case, repeated fields joined by ", "
  std::string body;                            ///< of an HTTP answer; or the payload, the item or the list of items as JSON
  std::optional<OrderedJson> json = {};        ///< the body where it is JSON, once it was read as such
  std::string function_error;                  ///< "Unhandled", or empty
  std::string log;                             ///< the log tail of a function that was invoked
};

/// How long one attempt may take; nothing means the target's own limit.
using TimeLimit = std::optional<std::chrono::milliseconds>;

/// Where steps go: an HTTP URL or a function, and the tables beside it.
class Target
{
public:
  Target() = default;
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;
  virtual ~Target() = default;

  /// How reports call it.
  [[nodiscard]] virtual std::string name() const = 0;
  /// Sent once: no attempt sends a request twice.
  virtual Result<Answer> send(const PreparedRequest& request, TimeLimit limit) = 0;
  virtual Result<Answer> invoke(const OrderedJson& event, TimeLimit limit) = 0;
  virtual Result<Answer> call_item(const ItemCall& call) = 0;
  /// A token of that profile of davit.yaml.
  virtual Result<std::string> mint(const std::string& profile) = 0;
  /// The function's log lines since the step began, for a check of a step that did not invoke it itself. They arrive a moment after the
  /// answer: the caller asks again.
  virtual Result<std::string> log_since(TimePoint start) = 0;
};

/// Reads the body as JSON where it is any: one document without members that appear twice, not deeper than 100.
void read_json_body(Answer& answer);

}  // namespace davit::commands::workflow::smoke
