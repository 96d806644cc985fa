// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/lambda_service.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "aws/crypto/random.hpp"
#include "aws/local/front/protocol.hpp"
#include "aws/local/json_input.hpp"
#include "aws/local/lambda/function_name.hpp"
#include "aws/local/lambda/function_rules.hpp"
#include "aws/local/lambda/invoke_call.hpp"

namespace davit::aws::local::lambda {
namespace {

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
  } catch (const Json::exception&) {
    answer =
        refuse("InvalidRequestContentException", "Could not parse request body into json: a member has another type than the API gives it");
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

Answer<ServiceResponse> LambdaService::invoke(const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(auto call, read_invoke_call(request.http));
  DAVIT_ANSWER_ASSIGN(const auto name, name_of(request, "FunctionName"));
  DAVIT_ANSWER_ASSIGN(auto function, find(request));
  call.request.invoked_arn = name.arn();
  switch (call.type) {
    case InvokeType::dry_run:
      return ServiceResponse{.status = 204, .headers = {{"X-Amz-Executed-Version", k_latest}}};
    case InvokeType::event: {
      const ServiceResponse accepted{.status = 202, .headers = {{"x-amzn-RequestId", call.request.request_id}}};
      m_parts.invoker.invoke_later(std::move(function), std::move(call.request));
      return accepted;
    }
    case InvokeType::request_response:
      break;
  }
  DAVIT_ANSWER_ASSIGN(auto result, m_parts.invoker.invoke(function, call.request));
  return invoke_response(std::move(result), call.with_log);
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

std::unique_ptr<Service> make_lambda_service(const LambdaParts& parts)
{
  return std::make_unique<LambdaService>(parts);
}

}  // namespace davit::aws::local::lambda
