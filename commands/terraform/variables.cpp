// SPDX-License-Identifier: Apache-2.0
#include "commands/terraform/variables.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/config/names.hpp"

namespace davit::commands::terraform {
namespace {

using cli::config::Project;

/// API Gateway's own limits of an account and region, which hold where davit.yaml names none:
/// https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
constexpr int k_account_rate = 10000;
constexpr int k_account_burst = 5000;

template <typename T>
OrderedJson or_null(const std::optional<T>& value)
{
  return value ? OrderedJson(*value) : OrderedJson();
}

OrderedJson number_json(double number)
{
  const auto whole = static_cast<std::int64_t>(number);
  return static_cast<double>(whole) == number ? OrderedJson(whole) : OrderedJson(number);
}

OrderedJson attribute_json(const cli::config::KeyAttribute& attribute)
{
  return {{"name", attribute.name}, {"type", std::string(1, attribute.type)}};
}

/// Optional attributes are left out rather than null: a type without them need not mention them.
OrderedJson key_json(const cli::config::KeySpec& key)
{
  OrderedJson json = {{"hash_key", attribute_json(key.partition)}};
  if (key.sort) {
    json["range_key"] = attribute_json(*key.sort);
  }
  return json;
}

OrderedJson tables_json(const Project& project)
{
  auto tables = OrderedJson::object();
  for (const auto& [key, table] : project.tables) {
    OrderedJson json = key_json(table.key);
    json["indexes"] = OrderedJson::object();
    for (const auto& [name, index] : table.indexes) {
      json["indexes"][name] = key_json(index);
    }
    tables[key] = std::move(json);
  }
  return tables;
}

std::string_view architecture_name(cli::config::Architecture architecture)
{
  return architecture == cli::config::Architecture::arm64 ? "arm64" : "x86_64";
}

OrderedJson function_json(const cli::config::Handler& handler)
{
  return {{"memory_mb", handler.memory_mb},
          {"timeout_s", handler.timeout_s},
          {"architecture", architecture_name(handler.architecture)},
          {"environment", handler.environment},
          {"command", OrderedJson::array({handler.entry})}};
}

OrderedJson functions_json(const Project& project)
{
  auto functions = OrderedJson::object();
  for (const auto& [key, function] : project.functions) {
    functions[key] = {{"memory_mb", function.memory_mb},     {"timeout_s", function.timeout_s},
                      {"environment", function.environment}, {"command", OrderedJson::array({function.entry})},
                      {"retries", function.retries},         {"called_by", function.called_by}};
  }
  return functions;
}

OrderedJson cors_json(const std::optional<cli::config::Cors>& cors)
{
  OrderedJson json = {{"origins", cors ? cors->origins : std::vector<std::string>{}}};
  if (!cors) {
    return json;
  }
  if (!cors->methods.empty()) {
    json["methods"] = cors->methods;
  }
  if (!cors->headers.empty()) {
    json["headers"] = cors->headers;
  }
  if (cors->credentials) {
    json["credentials"] = true;
  }
  if (cors->max_age_s) {
    json["max_age_s"] = *cors->max_age_s;
  }
  return json;
}

OrderedJson api_json(const cli::config::Api& api)
{
  const auto throttle = api.throttle.value_or(cli::config::Throttle{.rate = k_account_rate, .burst = k_account_burst});
  return {{"type", api.type == cli::config::ApiType::rest ? "rest" : "http"},
          {"stage", api.stage},
          {"cors", cors_json(api.cors)},
          {"throttle", {{"rate", number_json(throttle.rate)}, {"burst", throttle.burst}}}};
}

OrderedJson routes_json(const cli::config::Api& api)
{
  auto routes = OrderedJson::object();
  for (const auto& [key, route] : api.routes) {
    routes[key] = {
        {"auth", route.auth.value_or("none")}, {"groups", route.groups}, {"scopes", route.scopes}, {"operation", or_null(route.operation)}};
  }
  return routes;
}

OrderedJson authorizer_json(const cli::config::Authorizer& authorizer)
{
  return {{"issuer", authorizer.issuer},
          {"audience", authorizer.audience},
          {"groups_claim", or_null(authorizer.groups_claim)},
          {"jwks_uri", or_null(authorizer.jwks_uri)}};
}

/// Thresholds that davit.yaml leaves out: the first error, the first throttled call, four fifths of the time limit.
OrderedJson alarms_json(const cli::config::Alarms& alarms, const Project& project)
{
  const int timeout_s = project.handler ? project.handler->timeout_s : cli::config::Handler{}.timeout_s;
  OrderedJson json = OrderedJson::object();
  if (alarms.email) {
    json["email"] = *alarms.email;
  }
  json["errors"] = alarms.errors.value_or(1);
  json["duration_ms"] = alarms.duration_ms.value_or(timeout_s * 800);
  json["throttles"] = alarms.throttles.value_or(1);
  return json;
}

OrderedJson buckets_json(const Project& project)
{
  auto buckets = OrderedJson::object();
  for (const auto& [key, bucket] : project.buckets) {
    buckets[key] = {{"cors", bucket.cors}, {"expire_days", or_null(bucket.expire_days)}};
  }
  return buckets;
}

OrderedJson network_json(const cli::config::Network& network)
{
  OrderedJson json = {{"vpc", network.vpc}, {"database", nullptr}};
  if (network.database) {
    json["database"] = {{"engine", network.database->engine}, {"size", network.database->size}};
  }
  return json;
}

OrderedJson archive_json(const Archive& archive)
{
  return {{"filename", archive.filename}, {"source_code_hash", archive.source_code_hash}};
}

OrderedJson package_json(const Package& package, const cli::config::Handler& handler)
{
  OrderedJson json = archive_json(package.function);
  json["runtime"] = handler.runtime;
  json["handler"] = handler.entry;
  json["layer"] = package.layer ? archive_json(*package.layer) : OrderedJson();
  return json;
}

/// The image or the zip package, whichever the handler comes as; a module that has variables for both gets null for the other.
void add_code(Variables& variables, const Project& project, const Inputs& inputs)
{
  const bool is_zip = project.handler && project.handler->package == cli::config::PackageType::zip;
  const auto none = [&](const char* name) {
    variables.rendered.push_back({.name = name, .value = OrderedJson(), .path = "handler.package", .needed = false});
  };
  if (is_zip) {
    none("image_uri");
    if (inputs.package) {
      variables.rendered.push_back(
          {.name = "package", .value = package_json(*inputs.package, *project.handler), .path = "handler.package"});
    } else {
      variables.left_out.push_back(
          {.name = "package", .reason = "the zip package is not built: davit image build; or give its folder by --package"});
    }
    return;
  }
  if (inputs.image_uri) {
    variables.rendered.push_back({.name = "image_uri", .value = *inputs.image_uri, .path = "handler"});
  } else if (project.handler) {
    variables.left_out.push_back({.name = "image_uri", .reason = "the image is not known; give it by --image-uri"});
  }
  none("package");
}

/// All secrets or none: a module that got some of them would take the rest away from the function.
void add_secrets(Variables& variables, const Project& project, const Inputs& inputs)
{
  std::vector<std::string> missing;
  auto secrets = OrderedJson::object();
  for (const auto& [key, secret] : project.secrets) {
    const auto arn = inputs.secret_arns.find(key);
    if (arn == inputs.secret_arns.end()) {
      missing.push_back(key);
    } else {
      secrets[key] = arn->second;
    }
  }
  if (missing.empty()) {
    variables.rendered.push_back({.name = "secrets", .value = std::move(secrets), .path = "secrets", .needed = !project.secrets.empty()});
  } else {
    variables.left_out.push_back(
        {.name = "secrets",
         .reason = fmt::format("the ARN of {} is not known; give it by --secret {}=ARN", fmt::join(missing, ", "), missing.front())});
  }
}

std::string physical_name(const OrderedJson& variables, const std::string& key)
{
  return fmt::format("{}-{}-{}", variables.at("name").get<std::string>(), variables.at("environment").get<std::string>(), key);
}

}  // namespace

Variables variables_of(const Project& project, const Inputs& inputs)
{
  Variables variables;
  const auto add = [&](const std::string& name, OrderedJson value, const std::string& path, bool needed = true) {
    variables.rendered.push_back({.name = name, .value = std::move(value), .path = path, .needed = needed});
  };
  add("name", project.name, "name");
  add("environment", project.environment, "environments");
  if (const std::string region = inputs.region.value_or(project.region); !region.empty()) {
    add("region", region, "region");
  } else {
    variables.left_out.push_back({.name = "region", .reason = "davit.yaml names no region; add `region`, or give --region"});
  }
  add("account", or_null(project.account), "account", project.account.has_value());
  add_code(variables, project, inputs);
  add_secrets(variables, project, inputs);
  add("tables", tables_json(project), "tables", !project.tables.empty());
  if (project.handler) {
    add("function", function_json(*project.handler), "handler");
  }
  if (project.api) {
    add("api", api_json(*project.api), "api");
    add("routes", routes_json(*project.api), "api.routes", !project.api->routes.empty());
    add("authorizer", project.api->authorizer ? authorizer_json(*project.api->authorizer) : OrderedJson(), "api.authorizer",
        project.api->authorizer.has_value());
  }
  add("alarms", project.alarms ? alarms_json(*project.alarms, project) : OrderedJson(), "alarms", project.alarms.has_value());
  add("functions", functions_json(project), "functions", !project.functions.empty());
  add("buckets", buckets_json(project), "buckets", !project.buckets.empty());
  add("users", project.users ? OrderedJson{{"sign_in", project.users->sign_in}, {"groups", project.users->groups}} : OrderedJson(), "users",
      project.users.has_value());
  add("network", project.network ? network_json(*project.network) : OrderedJson(), "network", project.network.has_value());
  add("tags", project.tags, "tags", !project.tags.empty());
  return variables;
}

std::map<std::string, std::string> function_environment(const OrderedJson& variables)
{
  std::map<std::string, std::string> environment;
  if (variables.contains("function")) {
    environment = variables["function"]["environment"].get<std::map<std::string, std::string>>();
  }
  const auto add_names = [&](const char* section, std::string_view suffix, auto wanted) {
    const OrderedJson resources = variables.value(section, OrderedJson::object());
    for (const auto& [key, value] : resources.items()) {
      if (wanted(value)) {
        environment[cli::config::variable_name(key, suffix)] = physical_name(variables, key);
      }
    }
  };
  const auto all = [](const OrderedJson& /*resource*/) { return true; };
  add_names("tables", "TABLE", all);
  add_names("buckets", "BUCKET", all);
  add_names("functions", "FUNCTION", [](const OrderedJson& function) {
    const OrderedJson& callers = function.at("called_by");
    return std::find(callers.begin(), callers.end(), "handler") != callers.end();
  });
  const OrderedJson secrets = variables.value("secrets", OrderedJson::object());
  for (const auto& [key, arn] : secrets.items()) {
    environment[cli::config::variable_name(key, "SECRET_ARN")] = arn.get<std::string>();
  }
  return environment;
}

}  // namespace davit::commands::terraform
