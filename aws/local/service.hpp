// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "aws/http/message.hpp"

namespace davit::aws::local {

namespace server {
class BodySource;
}

/// Who calls, as the checked signature says. Resources live by account and region, as in AWS.
struct Caller {
  std::string account_id;
  std::string region;
  std::string access_key_id;
  std::string arn;
  std::string user_id;
};

/// One call, after its signature was checked and its service and operation were recognised. Good for as long as it is handled: who called
/// and what was sent are the front's.
struct ServiceRequest {
  const Caller& caller;
  std::string operation;                      ///< "PutItem", "Invoke", ...
  const http::Request& http;                  ///< body inflated when the client sent it compressed
  std::map<std::string, std::string> labels;  ///< what stood in the path of a REST operation, decoded: "FunctionName"
};

struct ServiceResponse {
  int status = 200;
  http::Headers headers;
  std::string body;
  std::shared_ptr<server::BodySource> source = nullptr;  ///< of a body that comes while it is sent, instead
};

/// One AWS service served on loopback. Called from several threads at once.
class Service
{
public:
  Service() = default;
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;
  virtual ~Service() = default;

  /// Answers with the service's own error for what it does not serve or refuses.
  virtual ServiceResponse handle(const ServiceRequest& request) = 0;

  /// What the service says of a request before it asks who sends it: of another protocol than its own, of a body that is no document, of
  /// an operation that it does not have. Nothing when the signature decides.
  [[nodiscard]] virtual std::optional<ServiceResponse> refuse_unread(const http::Request& /*request*/) const { return std::nullopt; }
};

}  // namespace davit::aws::local
