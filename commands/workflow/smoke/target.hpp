// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>

#include "aws/core/json.hpp"
#include "aws/core/result.hpp"
#include "aws/core/time.hpp"
#include "commands/workflow/smoke/suite.hpp"

namespace davit::commands::workflow::smoke {

/// An HTTP request with every variable expanded and its token in place.
struct PreparedRequest {
  std::string method;
  std::string path;
  std::map<std::string, std::string> headers;
  std::string body;
};

/// What a step brought: an HTTP answer, a function's payload, or an item.
struct Answer {
  std::optional<int> status;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;                            ///< of an HTTP answer
  std::optional<OrderedJson> json;             ///< the body, payload or item where it is JSON
  std::string function_error;                  ///< "Unhandled", or empty
  std::string log;                             ///< the log tail of a function that was invoked
};

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
  virtual Result<Answer> send(const PreparedRequest& request) = 0;
  virtual Result<Answer> invoke(const OrderedJson& event) = 0;
  virtual Result<Answer> call_item(const ItemCall& call) = 0;
  /// A token of that profile of davit.yaml.
  virtual Result<std::string> mint(const std::string& profile) = 0;
  /// The function's log lines since the step began, for a check of a step that did not invoke it itself.
  virtual Result<std::string> log_since(TimePoint start) = 0;
};

}  // namespace davit::commands::workflow::smoke
