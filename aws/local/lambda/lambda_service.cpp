// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/lambda_service.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "aws/core/encoding.hpp"
#include "aws/crypto/random.hpp"
#include "aws/local/front/protocol.hpp"
#include "aws/local/json_input.hpp"
#include "aws/local/lambda/function_name.hpp"
#include "aws/local/lambda/function_rules.hpp"

namespace davit::aws::local::lambda {
namespace {

constexpr std::size_t k_payload_limit = 6 * 1024 * 1024;
constexpr std::size_t k_event_limit = 1024 * 1024;
constexpr std::size_t k_log_tail = 4096;

constexpr front::RestRoute k_routes[] = {
    {"POST", "/2015-03-31/functions", "CreateFunction"},
    {"GET", "/2015-03-31/functions", "ListFunctions"},
    {"GET", "/2015-03-31/functions/{FunctionName}", "GetFunction"},
    {"DELETE", "/2015-03-31/functions/{FunctionName}", "DeleteFunction"},
    {"GET", "/2015-03-31/functions/{FunctionName}/configuration", "GetFunctionConfiguration"},
    {"PUT", "/2015-03-31/functions/{FunctionName}/configuration", "UpdateFunctionConfiguration"},
    {"PUT", "/2015-03-31/functions/{FunctionName}/code", "UpdateFunctionCode"},
    {"POST", "/2015-03-31/functions/{FunctionName}/invocations", "Invoke"},
    {"GET", "/2017-03-31/tags/{ARN}", "ListTags"},
    {"POST", "/2017-03-31/tags/{ARN}", "TagResource"},
    {"DELETE", "/2017-03-31/tags/{ARN}", "UntagResource"},
    // Known by name only, to refuse them by it.
    {"POST", "/2015-03-31/functions/{FunctionName}/versions", "PublishVersion"},
    {"GET", "/2015-03-31/functions/{FunctionName}/versions", "ListVersionsByFunction"},
    {"POST", "/2015-03-31/functions/{FunctionName}/aliases", "CreateAlias"},
    {"GET", "/2015-03-31/functions/{FunctionName}/aliases", "ListAliases"},
    {"GET", "/2015-03-31/functions/{FunctionName}/aliases/{Name}", "GetAlias"},
    {"PUT", "/2015-03-31/functions/{FunctionName}/aliases/{Name}", "UpdateAlias"},
    {"DELETE", "/2015-03-31/functions/{FunctionName}/aliases/{Name}", "DeleteAlias"},
    {"POST", "/2015-03-31/functions/{FunctionName}/policy", "AddPermission"},
    {"GET", "/2015-03-31/functions/{FunctionName}/policy", "GetPolicy"},
    {"DELETE", "/2015-03-31/functions/{FunctionName}/policy/{StatementId}", "RemovePermission"},
    {"POST", "/2014-11-13/functions/{FunctionName}/invoke-async", "InvokeAsync"},
    {"POST", "/2021-11-15/functions/{FunctionName}/response-streaming-invocations", "InvokeWithResponseStream"},
    {"PUT", "/2017-10-31/functions/{FunctionName}/concurrency", "PutFunctionConcurrency"},
    {"GET", "/2019-09-30/functions/{FunctionName}/concurrency", "GetFunctionConcurrency"},
    {"DELETE", "/2017-10-31/functions/{FunctionName}/concurrency", "DeleteFunctionConcurrency"},
    {"PUT", "/2019-09-30/functions/{FunctionName}/provisioned-concurrency", "PutProvisionedConcurrencyConfig"},
    {"PUT", "/2019-09-25/functions/{FunctionName}/event-invoke-config", "PutFunctionEventInvokeConfig"},
    {"GET", "/2019-09-25/functions/{FunctionName}/event-invoke-config", "GetFunctionEventInvokeConfig"},
    {"GET", "/2020-06-30/functions/{FunctionName}/code-signing-config", "GetFunctionCodeSigningConfig"},
    {"POST", "/2021-10-31/functions/{FunctionName}/url", "CreateFunctionUrlConfig"},
    {"GET", "/2021-10-31/functions/{FunctionName}/url", "GetFunctionUrlConfig"},
    {"POST", "/2015-03-31/event-source-mappings", "CreateEventSourceMapping"},
    {"GET", "/2015-03-31/event-source-mappings", "ListEventSourceMappings"},
    {"GET", "/2018-10-31/layers", "ListLayers"},
    {"GET", "/2016-08-19/account-settings", "GetAccountSettings"},
};

ServiceResponse json_response(int status, const Json& body)
{
  return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = dump_json(body)};
}

/// "2026-11-21T08:00:00.000+0000"
std::string lambda_time(TimePoint time)
{
  const std::string rfc = to_rfc3339(time);
  const auto milliseconds = time.time_since_epoch().count() % 1000;
  return fmt::format("{}.{:03}+0000", rfc.substr(0, 19), milliseconds);
}

Answer<Json> body_of(const ServiceRequest& request)
{
  auto parsed = parse_json(request.http.body.empty() ? "{}" : std::string_view(request.http.body), "the request");
  if (!parsed || !parsed->is_object()) {
    return refuse("InvalidRequestContentException",
                  parsed ? "The request body is no JSON object" : "Could not parse request body into json: " + parsed.error().message);
  }
  return std::move(*parsed);
}

tl::unexpected<Fault> not_served(const std::string& operation)
{
  return refuse("UnknownOperationException", "The local AWS does not serve lambda " + operation, 404);
}

/// A throttled caller is told why, and when to come again.
ServiceResponse response_of(const Fault& fault)
{
  auto response = front::render_fault(front::Protocol::rest_json, fault);
  if (fault.status == 429) {
    Json body = Json::parse(response.body);
    body["Reason"] = "ConcurrentInvocationLimitExceeded";
    response.body = dump_json(body);
    response.headers.add("Retry-After", "1");
  }
  return response;
}

class LambdaService final : public Service
{
public:
  explicit LambdaService(const LambdaParts& parts);

  ServiceResponse handle(const ServiceRequest& request) override;

private:
  using Operation = Answer<ServiceResponse> (LambdaService::*)(const ServiceRequest&);

  Answer<ServiceResponse> create(const ServiceRequest& request);
  Answer<ServiceResponse> list(const ServiceRequest& request);
  Answer<ServiceResponse> get(const ServiceRequest& request);
  Answer<ServiceResponse> remove(const ServiceRequest& request);
  Answer<ServiceResponse> get_configuration(const ServiceRequest& request);
  Answer<ServiceResponse> update_configuration(const ServiceRequest& request);
  Answer<ServiceResponse> update_code(const ServiceRequest& request);
  Answer<ServiceResponse> invoke(const ServiceRequest& request);
  Answer<ServiceResponse> list_tags(const ServiceRequest& request);
  Answer<ServiceResponse> tag(const ServiceRequest& request);
  Answer<ServiceResponse> untag(const ServiceRequest& request);

  Answer<Function> find(const ServiceRequest& request, const char* label = "FunctionName");
  Answer<void> unpack(Function& function);
  Answer<void> save(Function& function, const Json& input);

  LambdaParts m_parts;
  std::map<std::string, Operation, std::less<>> m_operations;
};

LambdaService::LambdaService(const LambdaParts& parts)
    : m_parts(parts),
      m_operations{{"CreateFunction", &LambdaService::create},
                   {"ListFunctions", &LambdaService::list},
                   {"GetFunction", &LambdaService::get},
                   {"DeleteFunction", &LambdaService::remove},
                   {"GetFunctionConfiguration", &LambdaService::get_configuration},
                   {"UpdateFunctionConfiguration", &LambdaService::update_configuration},
                   {"UpdateFunctionCode", &LambdaService::update_code},
                   {"Invoke", &LambdaService::invoke},
                   {"ListTags", &LambdaService::list_tags},
                   {"TagResource", &LambdaService::tag},
                   {"UntagResource", &LambdaService::untag}}
{
}

ServiceResponse LambdaService::handle(const ServiceRequest& request)
{
  Answer<ServiceResponse> answer;
  try {
    const auto operation = m_operations.find(request.operation);
    answer = operation == m_operations.end() ? not_served(request.operation) : (this->*operation->second)(request);
  } catch (const Json::exception& e) {
    answer = refuse("InvalidRequestContentException", e.what());
  }
  return answer ? std::move(*answer) : response_of(answer.error());
}

/// The qualifier may stand in the name or in the query.
Answer<FunctionName> name_of(const ServiceRequest& request, const char* label)
{
  DAVIT_ANSWER_ASSIGN(auto parsed, parse_function_name(request.caller, request.labels.at(label)));
  DAVIT_ANSWER_ASSIGN(auto name, reachable(std::move(parsed), request.caller));
  const auto qualifier = front::form_parameter(request.http.url.query, "Qualifier");
  if (qualifier && !name.qualifier.empty() && *qualifier != name.qualifier) {
    return refuse("InvalidParameterValueException", "The derived qualifier from the function name does not match the specified qualifier.");
  }
  name.qualifier = qualifier.value_or(name.qualifier);
  return name;
}

Answer<Function> LambdaService::find(const ServiceRequest& request, const char* label)
{
  DAVIT_ANSWER_ASSIGN(const auto name, name_of(request, label));
  DAVIT_STORED_ASSIGN(auto function, m_parts.functions.find(request.caller, name.name));
  if (!function || (!name.qualifier.empty() && name.qualifier != k_latest)) {
    return refuse("ResourceNotFoundException", "Function not found: " + name.arn(), 404);
  }
  return std::move(*function);
}

/// Resolves the image, and refuses one that could not be started here.
Answer<void> LambdaService::unpack(Function& function)
{
  const auto image = m_parts.images.add(function.image_uri, image_architecture(function.architecture));
  // What a root file system of its own would make possible is no reason to refuse the image before it is run.
  const auto plan = image && m_parts.isolation == Isolation::process
                        ? plan_launch(function, *image, {}, m_parts.isolation).map([](const LaunchPlan&) {})
                        : Status{};
  if (!image || !plan) {
    const Error& error = image ? plan.error() : image.error();
    return refuse("InvalidParameterValueException",
                  fmt::format("Source image {} does not exist or cannot be used: {}{}{}", function.image_uri, error.message,
                              error.hint.empty() ? "" : "; ", error.hint));
  }
  function.image_digest = image->digest;
  return {};
}

Answer<ServiceResponse> LambdaService::create(const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(const Json input, body_of(request));
  DAVIT_ANSWER_ASSIGN(const auto raw_name, input::required_text(input, "FunctionName", "ValidationException"));
  DAVIT_ANSWER_ASSIGN(auto parsed_name, parse_function_name(request.caller, raw_name));
  DAVIT_ANSWER_ASSIGN(const auto name, reachable(std::move(parsed_name), request.caller));
  Function function{
      .account = request.caller.account_id, .region = request.caller.region, .name = name.name, .log_group = "/aws/lambda/" + name.name};
  DAVIT_ANSWER_ASSIGN(function.image_uri, new_image_uri_of(input));
  DAVIT_ANSWER_ASSIGN(function.architecture, architecture_of(input, function.architecture));
  if (const auto applied = apply_configuration(function, input); !applied) {
    return tl::unexpected(applied.error());
  }
  function.tags = input.value("Tags", std::map<std::string, std::string>{});
  DAVIT_STORED_ASSIGN(const auto existing, m_parts.functions.find(request.caller, name.name));
  if (existing) {
    return refuse("ResourceConflictException", "Function already exist: " + name.name, 409);
  }
  if (const auto unpacked = unpack(function); !unpacked) {
    return tl::unexpected(unpacked.error());
  }
  function.last_modified = lambda_time(m_parts.clock());
  function.revision_id = crypto::random_uuid();
  DAVIT_STORED_ASSIGN(const bool inserted, m_parts.functions.insert(function));
  if (!inserted) {
    return refuse("ResourceConflictException", "Function already exist: " + name.name, 409);
  }
  return json_response(201, configuration_document(function));
}

Answer<ServiceResponse> LambdaService::list(const ServiceRequest& request)
{
  const auto marker = front::form_parameter(request.http.url.query, "Marker").value_or("");
  const auto limit = front::form_parameter(request.http.url.query, "MaxItems").value_or("50");
  const auto most = static_cast<std::size_t>(std::clamp(std::atoi(limit.c_str()), 1, 50));
  DAVIT_STORED_ASSIGN(const auto functions, m_parts.functions.list(request.caller));
  Json answer = {{"Functions", Json::array()}};
  for (const auto& function : functions) {
    if (function.name <= marker) {
      continue;
    }
    if (answer["Functions"].size() == most) {
      answer["NextMarker"] = answer["Functions"].back()["FunctionName"];
      break;
    }
    answer["Functions"].push_back(configuration_document(function));
  }
  return json_response(200, answer);
}

Answer<ServiceResponse> LambdaService::get(const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(const auto function, find(request));
  return json_response(200, function_document(function));
}

Answer<ServiceResponse> LambdaService::get_configuration(const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(const auto function, find(request));
  return json_response(200, configuration_document(function));
}

Answer<ServiceResponse> LambdaService::remove(const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(const auto name, name_of(request, "FunctionName"));
  if (name.qualifier == k_latest) {
    return refuse("InvalidParameterValueException", "$LATEST version cannot be deleted without deleting the function.");
  }
  DAVIT_ANSWER_ASSIGN(const auto function, find(request));
  DAVIT_STORED(m_parts.functions.erase(function));
  m_parts.pool.forget(function.arn());
  return ServiceResponse{.status = 204};
}

/// Stores the function under a new revision. A RevisionId in the request must be the stored one.
Answer<void> LambdaService::save(Function& function, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto expected, input::text(input, "RevisionId"));
  const tl::unexpected<Fault> changed =
      refuse("PreconditionFailedException",
             "The RevisionId provided does not match the latest RevisionId. Call the GetFunction/GetAlias API to retrieve the latest "
             "RevisionId",
             412);
  if (expected && *expected != function.revision_id) {
    return changed;
  }
  const std::string before = std::exchange(function.revision_id, crypto::random_uuid());
  function.last_modified = lambda_time(m_parts.clock());
  DAVIT_STORED_ASSIGN(const bool replaced, m_parts.functions.replace(function, before));
  if (!replaced) {
    return changed;
  }
  m_parts.pool.forget(function.arn());
  return {};
}

Answer<ServiceResponse> LambdaService::update_configuration(const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(const Json input, body_of(request));
  DAVIT_ANSWER_ASSIGN(auto function, find(request));
  if (const auto applied = apply_configuration(function, input).and_then([&] { return save(function, input); }); !applied) {
    return tl::unexpected(applied.error());
  }
  return json_response(200, configuration_document(function));
}

Answer<ServiceResponse> LambdaService::update_code(const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(const Json input, body_of(request));
  DAVIT_ANSWER_ASSIGN(auto function, find(request));
  if (const auto served = check_served(input); !served) {
    return tl::unexpected(served.error());
  }
  DAVIT_ANSWER_ASSIGN(function.image_uri, image_uri_of(input));
  DAVIT_ANSWER_ASSIGN(function.architecture, architecture_of(input, function.architecture));
  DAVIT_ANSWER_ASSIGN(const bool dry_run, input::flag(input, "DryRun"));
  if (const auto unpacked = unpack(function); !unpacked) {
    return tl::unexpected(unpacked.error());
  }
  if (!dry_run) {
    if (const auto saved = save(function, input); !saved) {
      return tl::unexpected(saved.error());
    }
  }
  return json_response(200, configuration_document(function));
}

Answer<void> check_payload(const std::string& payload, bool asynchronous)
{
  const std::size_t limit = asynchronous ? k_event_limit : k_payload_limit;
  if (payload.size() > limit) {
    return refuse("RequestTooLargeException", fmt::format("Request must be smaller than {} bytes for the InvokeFunction operation", limit),
                  413);
  }
  if (!Json::accept(payload)) {
    return refuse("InvalidRequestContentException", "Could not parse request body into json: Could not parse payload into json");
  }
  return {};
}

/// Handed to the handler as the JSON that it is.
Answer<std::string> client_context_of(const http::Headers& headers)
{
  const auto encoded = headers.get("x-amz-client-context");
  auto context = from_base64(encoded.value_or(""));
  if (encoded && !encoded->empty() && (!context || !Json::accept(*context))) {
    return refuse("InvalidRequestContentException", "Client context must be a valid Base64-encoded JSON object.");
  }
  return context.value_or("");
}

ServiceResponse invoke_response(InvokeResult result, bool with_log)
{
  ServiceResponse response{.status = 200, .headers = {{"Content-Type", "application/json"}}, .body = std::move(result.payload)};
  response.headers.add("x-amzn-RequestId", result.request_id);
  response.headers.add("X-Amz-Executed-Version", k_latest);
  if (result.function_error) {
    response.headers.add("X-Amz-Function-Error", "Unhandled");
  }
  if (with_log) {
    const auto start = result.log.size() - std::min(result.log.size(), k_log_tail);
    response.headers.add("X-Amz-Log-Result", to_base64(std::string_view(result.log).substr(start)));
  }
  return response;
}

Answer<ServiceResponse> LambdaService::invoke(const ServiceRequest& request)
{
  const auto& headers = request.http.headers;
  const std::string type = headers.get("x-amz-invocation-type").value_or("RequestResponse");
  if (type != "RequestResponse" && type != "Event" && type != "DryRun") {
    return refuse("InvalidParameterValueException", fmt::format("{} is no invocation type", type));
  }
  InvokeRequest event{.payload = request.http.body.empty() ? "{}" : request.http.body};
  if (const auto checked = check_payload(event.payload, type == "Event"); !checked) {
    return tl::unexpected(checked.error());
  }
  DAVIT_ANSWER_ASSIGN(event.client_context, client_context_of(headers));
  DAVIT_ANSWER_ASSIGN(auto function, find(request));
  if (type == "DryRun") {
    return ServiceResponse{.status = 204, .headers = {{"X-Amz-Executed-Version", k_latest}}};
  }
  if (type == "Event") {
    const ServiceResponse accepted{.status = 202, .headers = {{"x-amzn-RequestId", event.request_id}}};
    m_parts.invoker.invoke_later(std::move(function), std::move(event));
    return accepted;
  }
  DAVIT_ANSWER_ASSIGN(auto result, m_parts.invoker.invoke(function, event));
  return invoke_response(std::move(result), headers.get("x-amz-log-type") == "Tail");
}

Answer<ServiceResponse> LambdaService::list_tags(const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(const auto function, find(request, "ARN"));
  return json_response(200, {{"Tags", function.tags}});
}

Answer<ServiceResponse> LambdaService::tag(const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(const Json input, body_of(request));
  DAVIT_ANSWER_ASSIGN(auto function, find(request, "ARN"));
  for (const auto& [name, value] : input.value("Tags", std::map<std::string, std::string>{})) {
    function.tags.insert_or_assign(name, value);
  }
  DAVIT_STORED(m_parts.functions.replace(function, function.revision_id));
  return ServiceResponse{.status = 204};
}

Answer<ServiceResponse> LambdaService::untag(const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(auto function, find(request, "ARN"));
  for (const auto& [name, value] : front::form_parameters(request.http.url.query)) {
    if (name == "tagKeys") {
      function.tags.erase(value);
    }
  }
  DAVIT_STORED(m_parts.functions.replace(function, function.revision_id));
  return ServiceResponse{.status = 204};
}

}  // namespace

std::span<const front::RestRoute> lambda_routes()
{
  return k_routes;
}

std::unique_ptr<Service> make_lambda_service(const LambdaParts& parts)
{
  return std::make_unique<LambdaService>(parts);
}

}  // namespace davit::aws::local::lambda
