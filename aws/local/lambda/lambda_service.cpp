// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/lambda_service.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <functional>
#include <mutex>
#include <nlohmann/json.hpp>

#include "aws/crypto/random.hpp"
#include "aws/local/front/protocol.hpp"
#include "aws/local/json_input.hpp"
#include "aws/local/lambda/function_code.hpp"
#include "aws/local/lambda/function_rules.hpp"
#include "aws/local/lambda/qualifier.hpp"

namespace davit::aws::local::lambda {
namespace {

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
    body["Reason"] = fault.reason;
    body["Type"] = "User";
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
  using Operation = std::function<Answer<ServiceResponse>(const ServiceRequest&)>;

  void serve_functions();
  void serve_settings();
  void serve(const char* name, Answer<ServiceResponse> (LambdaService::*operation)(const ServiceRequest&));
  void serve(const char* name, LambdaOperation* operation);
  void serve_change(const char* name, LambdaOperation* operation);

  Answer<ServiceResponse> create(const ServiceRequest& request);
  Answer<ServiceResponse> list(const ServiceRequest& request);
  Answer<ServiceResponse> get(const ServiceRequest& request);
  Answer<ServiceResponse> remove(const ServiceRequest& request);
  Answer<ServiceResponse> get_configuration(const ServiceRequest& request);
  Answer<ServiceResponse> update_configuration(const ServiceRequest& request);
  Answer<ServiceResponse> update_code(const ServiceRequest& request);

  Answer<Function> find_to_update(const ServiceRequest& request);
  Answer<ServiceResponse> remove_version(const FunctionName& name);
  Answer<void> save(Function& function, const Json& input);
  Answer<ServiceResponse> changed(const Function& function, const Json& input, int status, Change change);

  LambdaParts m_parts;
  std::map<std::string, Operation, std::less<>> m_operations;
  std::mutex m_changes;  ///< one change of a setting at a time: each reads, changes and writes back
};

LambdaService::LambdaService(const LambdaParts& parts) : m_parts(parts)
{
  serve_functions();
  serve_settings();
}

void LambdaService::serve(const char* name, Answer<ServiceResponse> (LambdaService::*operation)(const ServiceRequest&))
{
  m_operations.emplace(name, [this, operation](const ServiceRequest& request) { return (this->*operation)(request); });
}

void LambdaService::serve(const char* name, LambdaOperation* operation)
{
  m_operations.emplace(name, [this, operation](const ServiceRequest& request) { return operation(m_parts, request); });
}

void LambdaService::serve_change(const char* name, LambdaOperation* operation)
{
  m_operations.emplace(name, [this, operation](const ServiceRequest& request) {
    const std::lock_guard lock(m_changes);
    return operation(m_parts, request);
  });
}

void LambdaService::serve_functions()
{
  serve("CreateFunction", &LambdaService::create);
  serve("ListFunctions", &LambdaService::list);
  serve("GetFunction", &LambdaService::get);
  serve("DeleteFunction", &LambdaService::remove);
  serve("GetFunctionConfiguration", &LambdaService::get_configuration);
  serve("UpdateFunctionConfiguration", &LambdaService::update_configuration);
  serve("UpdateFunctionCode", &LambdaService::update_code);
  serve("Invoke", invoke_function);
  serve("InvokeAsync", invoke_async);
  serve("InvokeWithResponseStream", invoke_with_stream);
  serve("GetAccountSettings", get_account_settings);
  serve_change("PublishVersion", publish_version);
  serve("ListVersionsByFunction", list_versions);
  serve("PublishLayerVersion", publish_layer_version);
  serve("GetLayerVersion", get_layer_version);
  serve("ListLayerVersions", list_layer_versions);
  serve("ListLayers", list_layers);
  serve("DeleteLayerVersion", delete_layer_version);
}

void LambdaService::serve_settings()
{
  serve("ListTags", list_tags);
  serve_change("TagResource", tag_resource);
  serve_change("UntagResource", untag_resource);
  serve_change("CreateAlias", create_alias);
  serve("GetAlias", get_alias);
  serve_change("UpdateAlias", update_alias);
  serve_change("DeleteAlias", delete_alias);
  serve("ListAliases", list_aliases);
  serve_change("PutFunctionConcurrency", put_concurrency);
  serve("GetFunctionConcurrency", get_concurrency);
  serve_change("DeleteFunctionConcurrency", delete_concurrency);
  serve_change("AddPermission", add_permission);
  serve_change("RemovePermission", remove_permission);
  serve("GetPolicy", get_policy);
  serve_change("PutFunctionEventInvokeConfig", put_event_config);
  serve_change("UpdateFunctionEventInvokeConfig", update_event_config);
  serve("GetFunctionEventInvokeConfig", get_event_config);
  serve_change("DeleteFunctionEventInvokeConfig", delete_event_config);
  serve("ListFunctionEventInvokeConfigs", list_event_configs);
  serve_change("CreateFunctionUrlConfig", create_url);
  serve("GetFunctionUrlConfig", get_url);
  serve_change("UpdateFunctionUrlConfig", update_url);
  serve_change("DeleteFunctionUrlConfig", delete_url);
  serve("ListFunctionUrlConfigs", list_urls);
}

ServiceResponse LambdaService::handle(const ServiceRequest& request)
{
  Answer<ServiceResponse> answer;
  try {
    const auto operation = m_operations.find(request.operation);
    answer = operation == m_operations.end() ? not_served(request.operation) : operation->second(request);
  } catch (const Json::exception&) {
    answer =
        refuse("InvalidRequestContentException", "Could not parse request body into json: a member has another type than the API gives it");
  }
  return answer ? std::move(*answer) : response_of(answer.error());
}

/// Published versions never change.
Answer<Function> LambdaService::find_to_update(const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(const auto name, name_of(request));
  if (!name.qualifier.empty() && name.qualifier != k_latest) {
    return refuse("InvalidParameterValueException",
                  "Function versions and aliases cannot be updated. Name the function alone, or with the qualifier $LATEST.");
  }
  return latest_of(m_parts, request);
}

Answer<ServiceResponse> LambdaService::create(const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(const Json input, body_of(request));
  DAVIT_ANSWER_ASSIGN(const auto raw_name, input::required_text(input, "FunctionName", "ValidationException"));
  DAVIT_ANSWER_ASSIGN(auto parsed_name, parse_function_name(request.caller, raw_name));
  DAVIT_ANSWER_ASSIGN(const auto name, reachable(std::move(parsed_name), request.caller));
  Function function{
      .account = request.caller.account_id, .region = request.caller.region, .name = name.name, .log_group = "/aws/lambda/" + name.name};
  DAVIT_ANSWER_ASSIGN(const bool zipped, wants_zip(input));
  function.package = zipped ? std::optional(ZipPackage{}) : std::nullopt;
  DAVIT_ANSWER_ASSIGN(function.architecture, architecture_of(input, function.architecture));
  const auto applied = apply_configuration(function, input)
                           .and_then([&] { return zipped ? apply_package(function, input, m_parts.layers) : Answer<void>{}; })
                           .and_then([&] { return take_code(m_parts, function, input.value("Code", Json::object())); });
  if (!applied) {
    return tl::unexpected(applied.error());
  }
  function.tags = input.value("Tags", std::map<std::string, std::string>{});
  DAVIT_STORED_ASSIGN(const auto existing, m_parts.functions.find(request.caller, name.name));
  if (existing) {
    return refuse("ResourceConflictException", "Function already exist: " + name.name, 409);
  }
  if (const auto unpacked = unpack_code(m_parts, function); !unpacked) {
    return tl::unexpected(unpacked.error());
  }
  function.last_modified = lambda_time(m_parts.clock());
  function.revision_id = crypto::random_uuid();
  function.deployment_id = function.revision_id;
  DAVIT_STORED_ASSIGN(const bool inserted, m_parts.functions.insert(function));
  if (!inserted) {
    return refuse("ResourceConflictException", "Function already exist: " + name.name, 409);
  }
  return changed(function, input, 201, Change::created);
}

/// What a change answers, of the version that the request wants published if it does.
Answer<ServiceResponse> LambdaService::changed(const Function& function, const Json& input, int status, Change change)
{
  DAVIT_ANSWER_ASSIGN(const bool publishes, input::flag(input, "Publish"));
  if (!publishes) {
    return json_response(status, changing_document(function, function.arn(), change));
  }
  const std::lock_guard lock(m_changes);
  DAVIT_ANSWER_ASSIGN(const Function version, publish(m_parts, function, Json::object()));
  return json_response(status, changing_document(version, version.version_arn(), change));
}

Answer<ServiceResponse> LambdaService::list(const ServiceRequest& request)
{
  DAVIT_STORED_ASSIGN(const auto functions, m_parts.functions.list(request.caller));
  const bool with_versions = front::form_parameter(request.http.url.query, "FunctionVersion") == "ALL";
  Json documents = Json::array();
  for (const auto& function : functions) {
    documents.push_back(configuration_document(function, with_versions ? function.version_arn() : function.arn()));
    if (!with_versions) {
      continue;
    }
    DAVIT_STORED_ASSIGN(const auto versions, m_parts.functions.versions(request.caller, function.name));
    for (const auto& version : versions) {
      documents.push_back(configuration_document(version, version.version_arn()));
    }
  }
  return json_response(200, page_of(request, "Functions", std::move(documents)));
}

Answer<ServiceResponse> LambdaService::get(const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(const auto name, name_of(request));
  DAVIT_ANSWER_ASSIGN(const auto function, QualifierResolver(m_parts.functions, m_parts.settings).find(name));
  Json document = function_document(function, name.arn());
  DAVIT_STORED_ASSIGN(const auto reserved, m_parts.settings.find(request.caller, name.name, k_concurrency));
  if (reserved) {
    document["Concurrency"]["ReservedConcurrentExecutions"] = *reserved;
  }
  return json_response(200, document);
}

Answer<ServiceResponse> LambdaService::get_configuration(const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(const auto name, name_of(request));
  DAVIT_ANSWER_ASSIGN(const auto function, QualifierResolver(m_parts.functions, m_parts.settings).find(name));
  return json_response(200, configuration_document(function, name.arn()));
}

Answer<ServiceResponse> LambdaService::remove(const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(const auto name, name_of(request));
  if (name.qualifier == k_latest) {
    return refuse("InvalidParameterValueException", "$LATEST version cannot be deleted without deleting the function.");
  }
  if (!name.qualifier.empty()) {
    return remove_version(name);
  }
  DAVIT_ANSWER_ASSIGN(const auto function, latest_of(m_parts, request));
  DAVIT_STORED(m_parts.functions.erase(function));
  DAVIT_STORED(m_parts.settings.erase_all(function.caller(), function.name));
  m_parts.invoker.limiter().reserve(function.arn(), std::nullopt);
  m_parts.pool.forget(function.arn());
  return ServiceResponse{.status = 204};
}

/// A version that no alias refers to.
Answer<ServiceResponse> LambdaService::remove_version(const FunctionName& name)
{
  if (!is_version_number(name.qualifier)) {
    return refuse("InvalidParameterValueException", "Deletion of aliases is not currently supported.");
  }
  DAVIT_ANSWER_ASSIGN(const auto version, QualifierResolver(m_parts.functions, m_parts.settings).find(name));
  DAVIT_STORED_ASSIGN(const auto aliases, m_parts.settings.list(version.caller(), version.name, k_alias));
  std::vector<std::string> users;
  for (const auto& alias : aliases) {
    if (alias.document.at("version") == name.qualifier || alias.document.at("weights").contains(name.qualifier)) {
      users.push_back(alias.id);
    }
  }
  if (!users.empty()) {
    return refuse("ResourceConflictException",
                  fmt::format("Unable to delete version because the following aliases reference it: [{}]", fmt::join(users, ", ")), 409);
  }
  DAVIT_STORED(m_parts.functions.erase_version(version));
  m_parts.pool.forget(version.version_arn());
  return ServiceResponse{.status = 204};
}

/// Stores the function under a new revision. A RevisionId in the request must be the stored one.
Answer<void> LambdaService::save(Function& function, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto expected, input::text(input, "RevisionId"));
  if (expected && *expected != function.revision_id) {
    return revision_changed();
  }
  const std::string before = std::exchange(function.revision_id, crypto::random_uuid());
  function.deployment_id = function.revision_id;
  function.last_modified = lambda_time(m_parts.clock());
  DAVIT_STORED_ASSIGN(const bool replaced, m_parts.functions.replace(function, before));
  if (!replaced) {
    return revision_changed();
  }
  m_parts.pool.forget(function.version_arn());
  return {};
}

Answer<ServiceResponse> LambdaService::update_configuration(const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(const Json input, body_of(request));
  DAVIT_ANSWER_ASSIGN(auto function, find_to_update(request));
  const auto repackage = [&] {
    return function.package ? apply_package(function, input, m_parts.layers).and_then([&] { return unpack_code(m_parts, function); })
                            : Answer<void>{};
  };
  const auto applied = apply_configuration(function, input).and_then(repackage).and_then([&] { return save(function, input); });
  if (!applied) {
    return tl::unexpected(applied.error());
  }
  return json_response(200, changing_document(function, function.arn(), Change::updated));
}

Answer<ServiceResponse> LambdaService::update_code(const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(const Json input, body_of(request));
  DAVIT_ANSWER_ASSIGN(auto function, find_to_update(request));
  const auto taken = check_served(function, input).and_then([&] { return take_code(m_parts, function, input); });
  if (!taken) {
    return tl::unexpected(taken.error());
  }
  DAVIT_ANSWER_ASSIGN(function.architecture, architecture_of(input, function.architecture));
  DAVIT_ANSWER_ASSIGN(const bool dry_run, input::flag(input, "DryRun"));
  if (const auto unpacked = unpack_code(m_parts, function); !unpacked) {
    return tl::unexpected(unpacked.error());
  }
  if (dry_run) {
    return json_response(200, configuration_document(function, function.arn()));
  }
  if (const auto saved = save(function, input); !saved) {
    return tl::unexpected(saved.error());
  }
  return changed(function, input, 200, Change::updated);
}

}  // namespace

std::unique_ptr<Service> make_lambda_service(const LambdaParts& parts)
{
  return std::make_unique<LambdaService>(parts);
}

}  // namespace davit::aws::local::lambda
