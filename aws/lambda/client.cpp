// SPDX-License-Identifier: Apache-2.0
#include "aws/lambda/client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "aws/auth/service_error.hpp"
#include "aws/core/encoding.hpp"
#include "aws/core/json_members.hpp"
#include "aws/core/uri.hpp"

namespace davit::aws::lambda {
namespace {

constexpr std::string_view k_functions = "/2015-03-31/functions";
constexpr std::string_view k_layers = "/2018-10-31/layers";
/// The longest that a function may run: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
constexpr std::chrono::seconds k_longest_run{900};
/// For the start of the environment and the way there and back.
constexpr std::chrono::seconds k_margin{10};

std::string path_of(const std::string& function, std::string_view rest = {})
{
  return fmt::format("{}/{}{}", k_functions, percent_encode(function), rest);
}

std::string query_of(const std::string& qualifier)
{
  return qualifier.empty() ? "" : "Qualifier=" + percent_encode(qualifier);
}

FunctionConfiguration read_configuration(const Json& object)
{
  FunctionConfiguration out{.name = text_member(object, "FunctionName"),
                            .arn = text_member(object, "FunctionArn"),
                            .role = text_member(object, "Role"),
                            .package_type = text_member(object, "PackageType"),
                            .runtime = text_member(object, "Runtime"),
                            .handler = text_member(object, "Handler"),
                            .description = text_member(object, "Description"),
                            .version = text_member(object, "Version"),
                            .revision_id = text_member(object, "RevisionId"),
                            .code_sha256 = text_member(object, "CodeSha256"),
                            .last_modified = text_member(object, "LastModified"),
                            .state = text_member(object, "State"),
                            .state_reason = text_member(object, "StateReason"),
                            .last_update_status = text_member(object, "LastUpdateStatus"),
                            .last_update_reason = text_member(object, "LastUpdateStatusReason"),
                            .architectures = texts_member(object, "Architectures"),
                            .memory_mb = static_cast<int>(integer_member(object, "MemorySize").value_or(0)),
                            .timeout_s = static_cast<int>(integer_member(object, "Timeout").value_or(0)),
                            .environment = {},
                            .log_group = text_member(object_member(object, "LoggingConfig"), "LogGroup")};
  for (const auto& layer : object.value("Layers", Json::array())) {
    out.layers.push_back(text_member(layer, "Arn"));
  }
  for (const auto& [name, value] : object_member(object_member(object, "Environment"), "Variables").items()) {
    out.environment.emplace(name, value.is_string() ? value.get<std::string>() : "");
  }
  return out;
}

template <typename Value>
void add(Json& body, const char* name, const std::optional<Value>& value)
{
  if (value) {
    body[name] = *value;
  }
}

void add_settings(Json& body, const FunctionSettings& settings)
{
  add(body, "Role", settings.role);
  add(body, "Handler", settings.handler);
  add(body, "Runtime", settings.runtime);
  add(body, "Description", settings.description);
  add(body, "MemorySize", settings.memory_mb);
  add(body, "Timeout", settings.timeout_s);
  add(body, "Layers", settings.layers);
  if (settings.environment) {
    body["Environment"] = {{"Variables", *settings.environment}};
  }
}

LayerVersion read_layer_version(const Json& object)
{
  return {.arn = text_member(object, "LayerVersionArn"),
          .version = integer_member(object, "Version").value_or(0),
          .code_sha256 = text_member(object_member(object, "Content"), "CodeSha256")};
}

Json code_of(const FunctionCode& code)
{
  return code.image_uri.empty() ? Json{{"ZipFile", to_base64(code.zip)}} : Json{{"ImageUri", code.image_uri}};
}

const char* type_name(InvocationType type)
{
  switch (type) {
    case InvocationType::request_response:
      return "RequestResponse";
    case InvocationType::event:
      return "Event";
    case InvocationType::dry_run:
      return "DryRun";
  }
  return "RequestResponse";
}

InvokeOutput read_invocation(http::Response response)
{
  InvokeOutput out{.status = response.status,
                   .payload = std::move(response.body),
                   .function_error = response.headers.get("x-amz-function-error").value_or(""),
                   .executed_version = response.headers.get("x-amz-executed-version").value_or(""),
                   .request_id = auth::request_id_of(response),
                   .log_tail = {}};
  out.log_tail = from_base64(response.headers.get("x-amz-log-result").value_or("")).value_or("");
  return out;
}

auth::ServiceCall invoke_call(const InvokeInput& input)
{
  auth::ServiceCall call{.operation = "Invoke", .body = input.payload};
  // A dry run checks parameters and permissions only.
  call.effect = input.type == InvocationType::dry_run ? auth::Effect::read : auth::Effect::write;
  call.retry = auth::Retry::never_once_it_was_sent;
  call.read_timeout = input.read_timeout.value_or(std::min(input.function_timeout.value_or(k_longest_run), k_longest_run) + k_margin);
  call.delay = input.delay;
  call.path = path_of(input.function, "/invocations");
  call.query = query_of(input.qualifier);
  call.headers.add("X-Amz-Invocation-Type", type_name(input.type));
  if (input.log_tail && input.type == InvocationType::request_response) {
    call.headers.add("X-Amz-Log-Type", "Tail");
  }
  if (!input.client_context.empty()) {
    call.headers.add("X-Amz-Client-Context", to_base64(input.client_context));
  }
  return call;
}

}  // namespace

Result<Json> Client::send(const char* operation, const char* method, std::string path, const Json* body, auth::Effect effect,
                          std::string query)
{
  return m_service.call_json({.operation = operation,
                              .body = body == nullptr ? "" : dump_json(*body),
                              .effect = effect,
                              .method = method,
                              .path = std::move(path),
                              .query = std::move(query)});
}

Result<FunctionConfiguration> Client::create_function(const CreateFunctionInput& input)
{
  Json body = {{"FunctionName", input.name},
               {"Code", code_of(input.code)},
               {"Architectures", Json::array({input.architecture})},
               {"Publish", input.publish}};
  body["PackageType"] = input.code.image_uri.empty() ? "Zip" : "Image";
  add_settings(body, input.settings);
  return send("CreateFunction", "POST", std::string(k_functions), &body, auth::Effect::write).map(read_configuration);
}

Result<Function> Client::get_function(const std::string& name, const std::string& qualifier)
{
  DAVIT_TRY_ASSIGN(const Json answer, send("GetFunction", "GET", path_of(name), nullptr, auth::Effect::read, query_of(qualifier)));
  const Json& code = object_member(answer, "Code");
  return Function{.configuration = read_configuration(object_member(answer, "Configuration")),
                  .image_uri = text_member(code, "ImageUri"),
                  .resolved_image_uri = text_member(code, "ResolvedImageUri")};
}

Result<FunctionConfiguration> Client::get_function_configuration(const std::string& name, const std::string& qualifier)
{
  return send("GetFunctionConfiguration", "GET", path_of(name, "/configuration"), nullptr, auth::Effect::read, query_of(qualifier))
      .map(read_configuration);
}

Result<FunctionConfiguration> Client::update_function_code(const UpdateFunctionCodeInput& input)
{
  Json body = code_of(input.code);
  body["Publish"] = input.publish;
  add(body, "RevisionId", input.revision_id);
  if (input.architecture) {
    body["Architectures"] = Json::array({*input.architecture});
  }
  return send("UpdateFunctionCode", "PUT", path_of(input.name, "/code"), &body, auth::Effect::write).map(read_configuration);
}

Result<FunctionConfiguration> Client::update_function_configuration(const std::string& name, const FunctionSettings& settings)
{
  Json body = Json::object();
  add_settings(body, settings);
  return send("UpdateFunctionConfiguration", "PUT", path_of(name, "/configuration"), &body, auth::Effect::write).map(read_configuration);
}

Status Client::delete_function(const std::string& name)
{
  return send("DeleteFunction", "DELETE", path_of(name), nullptr, auth::Effect::write).map([](const Json&) {});
}

Result<LayerVersion> Client::publish_layer_version(const PublishLayerInput& input)
{
  const Json body = {{"Content", {{"ZipFile", to_base64(input.zip)}}},
                     {"CompatibleRuntimes", input.runtimes},
                     {"CompatibleArchitectures", input.architectures}};
  return send("PublishLayerVersion", "POST", fmt::format("{}/{}/versions", k_layers, percent_encode(input.name)), &body,
              auth::Effect::write)
      .map(read_layer_version);
}

Result<LayerVersion> Client::get_layer_version(const std::string& arn)
{
  return send("GetLayerVersionByArn", "GET", std::string(k_layers), nullptr, auth::Effect::read,
              "find=LayerVersion&Arn=" + percent_encode(arn))
      .map(read_layer_version);
}

Result<std::vector<LayerVersion>> Client::list_layer_versions(const std::string& name)
{
  const std::string path = fmt::format("{}/{}/versions", k_layers, percent_encode(name));
  std::vector<LayerVersion> out;
  std::string marker;
  do {
    const std::string query = marker.empty() ? "" : "Marker=" + percent_encode(marker);
    DAVIT_TRY_ASSIGN(const Json page, send("ListLayerVersions", "GET", path, nullptr, auth::Effect::read, query));
    for (const auto& version : page.value("LayerVersions", Json::array())) {
      out.push_back(read_layer_version(version));
    }
    marker = text_member(page, "NextMarker");
  } while (!marker.empty());
  return out;
}

Status Client::delete_layer_version(const std::string& name, std::int64_t version)
{
  const std::string path = fmt::format("{}/{}/versions/{}", k_layers, percent_encode(name), version);
  return send("DeleteLayerVersion", "DELETE", path, nullptr, auth::Effect::write).map([](const Json&) {});
}

Result<std::vector<FunctionConfiguration>> Client::list_functions()
{
  std::vector<FunctionConfiguration> out;
  std::string marker;
  do {
    const std::string query = marker.empty() ? "" : "Marker=" + percent_encode(marker);
    DAVIT_TRY_ASSIGN(const Json page, send("ListFunctions", "GET", std::string(k_functions) + "/", nullptr, auth::Effect::read, query));
    for (const auto& function : array_member(page, "Functions")) {
      out.push_back(read_configuration(function));
    }
    marker = text_member(page, "NextMarker");
  } while (!marker.empty());
  return out;
}

Result<FunctionUrlConfig> Client::get_function_url_config(const std::string& name, const std::string& alias)
{
  const std::string path = fmt::format("/2021-10-31/functions/{}/url", percent_encode(name));
  return send("GetFunctionUrlConfig", "GET", path, nullptr, auth::Effect::read, query_of(alias)).map([](const Json& answer) {
    return FunctionUrlConfig{.url = text_member(answer, "FunctionUrl"), .auth_type = text_member(answer, "AuthType")};
  });
}

Result<InvokeOutput> Client::invoke(const InvokeInput& input)
{
  return m_service.call(invoke_call(input)).map(read_invocation);
}

Status Client::invoke_many(const Next& next, const Done& done, int concurrency)
{
  const auto next_call = [&next]() -> std::optional<auth::ServiceCall> {
    const auto input = next();
    return input ? std::optional(invoke_call(*input)) : std::nullopt;
  };
  const auto take = [&done](std::size_t index, Result<auth::Answer> answer) -> Status {
    if (!answer) {
      return done(index, fail(std::move(answer).error()));
    }
    return answer->failure ? done(index, fail(std::move(*answer->failure))) : done(index, read_invocation(std::move(answer->response)));
  };
  return m_service.call_many(next_call, take, concurrency);
}

Result<int> Client::maximum_retry_attempts(const std::string& function, const std::string& qualifier)
{
  constexpr int k_default = 2;  // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
  const std::string path = fmt::format("/2019-09-25/functions/{}/event-invoke-config", percent_encode(function));
  const auto answer = send("GetFunctionEventInvokeConfig", "GET", path, nullptr, auth::Effect::read, query_of(qualifier));
  if (!answer) {
    return answer.error().kind == ErrorKind::not_found ? Result<int>(k_default) : fail(answer.error());
  }
  return static_cast<int>(integer_member(*answer, "MaximumRetryAttempts").value_or(k_default));
}

}  // namespace davit::aws::lambda
