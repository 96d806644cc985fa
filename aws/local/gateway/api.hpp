// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
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

/// Members of a REST API's documents that only come back as they were given, as JSON text; empty for none.
using Details = std::string;

/// A Lambda proxy integration, or a REST API's answer without a function.
struct Integration {
  std::string id;
  std::string function_arn;
  int timeout_ms = 30'000;
  std::string payload_format = "2.0";  ///< 2.0, 1.0, or "rest" of a REST API
  bool is_mock = false;                ///< type MOCK; AWS_PROXY otherwise
  Details details = {};
  std::map<std::string, std::string> responses = {};  ///< of a REST API: documents by status code
};

struct Route {
  std::string id;
  std::string key;  ///< "GET /items/{id}", "ANY /{proxy+}" or "$default"
  std::string integration_id;
  std::string authorization = "NONE";  ///< NONE, AWS_IAM, JWT, CUSTOM or COGNITO_USER_POOLS
  std::string authorizer_id = {};
  std::vector<std::string> scopes = {};  ///< one of which a token must grant
  Details details = {};
  std::map<std::string, std::string> responses = {};  ///< of a REST API: documents by status code
};

/// Requests a second, and how many may come at once.
struct Throttle {
  std::optional<double> rate;
  std::optional<int> burst;

  bool operator==(const Throttle&) const = default;
};

/// Every change is deployed at once, whatever the stage says.
struct Stage {
  std::string name;
  std::string description;
  std::map<std::string, std::string> variables;
  Throttle throttle;
  std::map<std::string, Throttle> route_throttles;  ///< by route key
  std::string log_group_arn;                        ///< of the access log; empty when there is none
  std::string log_format;
  std::string deployment_id = {};
  bool auto_deploy = true;  ///< of an HTTP API
  std::map<std::string, std::string> tags = {};
  Details details = {};
  /// Of a REST API: the settings that were given, as texts, by "*/*" or "items/{id}/GET" and their names in documents.
  std::map<std::string, std::map<std::string, std::string>> method_settings = {};
};

/// https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-authorizers-authorizerid.html
struct Authorizer {
  std::string id;
  std::string name;
  std::string type;  ///< JWT or REQUEST; TOKEN, REQUEST or COGNITO_USER_POOLS of a REST API
  std::vector<std::string> identity_sources;
  std::string issuer;
  std::vector<std::string> audience;
  std::string function_arn;
  std::string payload_format = "1.0";
  bool simple_responses = false;
  int ttl_s = 0;
  std::string identity_text = {};               ///< of a REST API: the sources as they were given
  std::string identity_validation = {};         ///< likewise, a regular expression; empty when everything may go on
  std::vector<std::string> provider_arns = {};  ///< of COGNITO_USER_POOLS
};

/// A node of the tree of paths that a REST API is.
struct Resource {
  std::string id;
  std::string parent_id = {};  ///< empty for the root
  std::string path;
};

/// Kept by name only: every change is deployed at once.
struct Deployment {
  std::string id;
  std::string description = {};
  std::string created = {};  ///< RFC 3339
};

/// One HTTP API, or one REST API.
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
  std::vector<Stage> stages;
  std::vector<Authorizer> authorizers;
  std::map<std::string, std::string> tags;
  std::uint16_t port = 0;  ///< of its own; 0 before it is served
  bool is_rest = false;
  std::vector<Deployment> deployments = {};
  std::vector<Resource> resources = {};  ///< of a REST API, like those below; the root first
  std::vector<std::string> binary_types = {};
  Details details = {};
  std::map<std::string, std::string> gateway_responses = {};  ///< documents by type: "UNAUTHORIZED", "DEFAULT_4XX"

  [[nodiscard]] const Integration* integration(std::string_view integration_id) const;
  [[nodiscard]] const Authorizer* authorizer(std::string_view authorizer_id) const;
  [[nodiscard]] const Stage* stage(std::string_view name) const;
};

/// The stage, and the path below it; nothing when the API has no such stage. A named stage stands in front of the path.
struct StagedPath {
  const Stage* stage = nullptr;
  std::string path;
};
std::optional<StagedPath> split_stage(const Api& api, const std::string& path);

Json to_json(const Cors& cors);
Cors cors_from_json(const Json& document);

/// The APIs of every account and region, in the order in which they were made.
class ApiStore
{
public:
  static Result<std::unique_ptr<ApiStore>> open(store::Database& database);

  /// Every one, kept in memory until one changes.
  using Snapshot = std::shared_ptr<const std::vector<Api>>;
  Result<Snapshot> all();
  Result<std::vector<Api>> list(const Caller& caller);
  Status insert(const Api& api);
  Status replace(const Api& api);
  Status erase(const Api& api);

  /// The role by which API Gateway writes logs in that account and region; empty when none was set. It is kept and not asked.
  Result<std::string> log_role(const Caller& caller);
  Status set_log_role(const Caller& caller, const std::string& role);

private:
  explicit ApiStore(store::Database& database) : m_database(database) {}
  void forget_snapshot();

  store::Database& m_database;
  std::mutex m_mutex;
  Snapshot m_snapshot;
  int m_changes = 0;  ///< counted, so that what was read before a change is not kept after it
};

}  // namespace davit::aws::local::gateway
