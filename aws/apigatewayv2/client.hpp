// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aws/auth/service_client.hpp"
#include "aws/core/result.hpp"

namespace davit::aws::apigatewayv2 {

/// Who may call an HTTP API from a page of another origin (API Gateway API reference, type Cors).
struct Cors {
  std::vector<std::string> allow_origins;
  std::vector<std::string> allow_methods;
  std::vector<std::string> allow_headers;
  bool allow_credentials = false;
  std::optional<int> max_age_s;

  bool operator==(const Cors&) const = default;
};

struct Api {
  std::string api_id;
  std::string name;
  std::string api_endpoint;  ///< URL of the $default stage
  std::optional<Cors> cors;
};

struct CreateApiInput {
  std::string name;
  std::string target;  ///< ARN of the function that every route goes to ("quick create")
  std::optional<Cors> cors;
};

/// HTTP APIs. Each function is the API operation of its name.
class Client
{
public:
  explicit Client(auth::Session& session) : m_service(session, "apigatewayv2") {}

  Result<Api> create_api(const CreateApiInput& input);

  /// All pages of GetApis.
  Result<std::vector<Api>> get_apis();

  /// UpdateApi: target and CORS of an API that was made by quick create.
  Result<Api> update_api(const std::string& api_id, const CreateApiInput& input);
  Status delete_api(const std::string& api_id);

private:
  auth::ServiceClient m_service;
};

}  // namespace davit::aws::apigatewayv2
