// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "aws/core/json.hpp"
#include "aws/core/result.hpp"
#include "aws/local/service.hpp"
#include "aws/local/store/database.hpp"

namespace davit::aws::local::gateway {

inline constexpr const char* k_default_route = "$default";
inline constexpr const char* k_default_stage = "$default";

/// https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid.html#apis-apiid-model-cors
struct Cors {
  std::vector<std::string> allow_origins;
  std::vector<std::string> allow_methods;
  std::vector<std::string> allow_headers;
  std::vector<std::string> expose_headers;
  bool allow_credentials = false;
  std::optional<int> max_age_s;
};

/// A Lambda proxy integration.
struct Integration {
  std::string id;
  std::string function_arn;
  int timeout_ms = 30'000;
};

struct Route {
  std::string id;
  std::string key;  ///< "GET /items/{id}", "ANY /{proxy+}" or "$default"
  std::string integration_id;
};

/// One HTTP API.
struct Api {
  std::string account;
  std::string region;
  std::string id;
  std::string name;
  std::string description;
  std::string created;  ///< RFC 3339
  std::optional<Cors> cors;
  std::vector<Integration> integrations;
  std::vector<Route> routes;
  std::vector<std::string> stages;

  [[nodiscard]] const Integration* integration(std::string_view integration_id) const;
};

Json to_json(const Cors& cors);
Cors cors_from_json(const Json& document);

/// The APIs of every account and region, in the order in which they were made.
class ApiStore
{
public:
  static Result<std::unique_ptr<ApiStore>> open(store::Database& database);

  Result<std::vector<Api>> all();
  Result<std::vector<Api>> list(const Caller& caller);
  Status insert(const Api& api);
  Status replace(const Api& api);
  Status erase(const Api& api);

private:
  explicit ApiStore(store::Database& database) : m_database(database) {}
  store::Database& m_database;
};

}  // namespace davit::aws::local::gateway
