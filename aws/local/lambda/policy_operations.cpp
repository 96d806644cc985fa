// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "aws/local/front/rest_route.hpp"
#include "aws/local/json_input.hpp"
#include "aws/local/lambda/operations.hpp"
#include "aws/local/lambda/qualifier.hpp"

/// Resource-based policies, kept and shown; nothing here asks them, as nothing here asks IAM.
/// https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
namespace davit::aws::local::lambda {
namespace {

/// The function of a policy, as its statements name it.
struct PolicyOwner {
  Function function;
  std::string qualifier;  ///< $LATEST of the function as a whole
  std::string arn;
};

Answer<PolicyOwner> owner_of(const LambdaParts& parts, const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(const auto name, name_of(request));
  DAVIT_ANSWER_ASSIGN(auto function, QualifierResolver(parts.functions, parts.settings).find(name));
  return PolicyOwner{std::move(function), name.qualifier.empty() ? k_latest : name.qualifier, name.arn()};
}

bool is_account(const std::string& principal)
{
  return principal.size() == 12 && std::all_of(principal.begin(), principal.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Json principal_of(const std::string& principal)
{
  if (principal == "*") {
    return principal;
  }
  if (is_account(principal)) {
    return {{"AWS", fmt::format("arn:aws:iam::{}:root", principal)}};
  }
  return principal.starts_with("arn:") ? Json{{"AWS", principal}} : Json{{"Service", principal}};
}

Answer<Json> conditions_of(const Json& input)
{
  struct Condition {
    const char* member;
    const char* test;
    const char* key;
  };
  static constexpr Condition k_conditions[] = {{"SourceArn", "ArnLike", "AWS:SourceArn"},
                                               {"SourceAccount", "StringEquals", "AWS:SourceAccount"},
                                               {"PrincipalOrgID", "StringEquals", "aws:PrincipalOrgID"},
                                               {"EventSourceToken", "StringEquals", "lambda:EventSourceToken"},
                                               {"FunctionUrlAuthType", "StringEquals", "lambda:FunctionUrlAuthType"}};
  Json conditions = Json::object();
  for (const auto& [member, test, key] : k_conditions) {
    DAVIT_ANSWER_ASSIGN(const auto value, input::text(input, member));
    if (value) {
      conditions[test][key] = *value;
    }
  }
  DAVIT_ANSWER_ASSIGN(const bool by_url, input::flag(input, "InvokedViaFunctionUrl"));
  if (by_url) {
    conditions["Bool"]["lambda:InvokedViaFunctionUrl"] = "true";
  }
  return conditions;
}

Answer<Json> statement_of(const Json& input, const std::string& arn)
{
  DAVIT_ANSWER_ASSIGN(const auto id, input::required_text(input, "StatementId", "ValidationException"));
  DAVIT_ANSWER_ASSIGN(const auto action, input::required_text(input, "Action", "ValidationException"));
  DAVIT_ANSWER_ASSIGN(const auto principal, input::required_text(input, "Principal", "ValidationException"));
  DAVIT_ANSWER_ASSIGN(const Json conditions, conditions_of(input));
  Json statement = {{"Sid", id}, {"Effect", "Allow"}, {"Principal", principal_of(principal)}, {"Action", action}, {"Resource", arn}};
  if (!conditions.empty()) {
    statement["Condition"] = conditions;
  }
  return statement;
}

auto statement_named(Json& policy, const std::string& id)
{
  auto& statements = policy.at("Statement");
  return std::find_if(statements.begin(), statements.end(), [&](const Json& each) { return each.at("Sid") == id; });
}

}  // namespace

Answer<ServiceResponse> add_permission(const LambdaParts& parts, const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(const Json input, body_of(request));
  DAVIT_ANSWER_ASSIGN(const auto owner, owner_of(parts, request));
  DAVIT_ANSWER_ASSIGN(const Json statement, statement_of(input, owner.arn));
  DAVIT_ANSWER_ASSIGN(const auto revision, input::text(input, "RevisionId"));
  if (revision && *revision != owner.function.revision_id) {
    return revision_changed();
  }
  const Caller caller = owner.function.caller();
  DAVIT_STORED_ASSIGN(auto stored, parts.settings.find(caller, owner.function.name, k_policy, owner.qualifier));
  Json policy = stored ? *stored : Json{{"Version", "2012-10-17"}, {"Id", "default"}, {"Statement", Json::array()}};
  const std::string id = statement["Sid"];
  if (statement_named(policy, id) != policy["Statement"].end()) {
    return refuse("ResourceConflictException",
                  fmt::format("The statement id ({}) provided already exists. Please provide a new statement id, or remove the existing "
                              "statement.",
                              id),
                  409);
  }
  policy["Statement"].push_back(statement);
  DAVIT_STORED(parts.settings.put(caller, owner.function.name, k_policy, owner.qualifier, policy));
  return json_response(201, {{"Statement", dump_json(statement)}});
}

Answer<ServiceResponse> remove_permission(const LambdaParts& parts, const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(const auto owner, owner_of(parts, request));
  const Caller caller = owner.function.caller();
  DAVIT_STORED_ASSIGN(auto policy, parts.settings.find(caller, owner.function.name, k_policy, owner.qualifier));
  if (!policy) {
    return refuse("ResourceNotFoundException", "No policy is associated with the given resource.", 404);
  }
  const std::string& id = request.labels.at("StatementId");
  const auto found = statement_named(*policy, id);
  if (found == policy->at("Statement").end()) {
    return refuse("ResourceNotFoundException", fmt::format("Statement {} is not found in resource policy.", id), 404);
  }
  policy->at("Statement").erase(found);
  if (policy->at("Statement").empty()) {
    DAVIT_STORED_ASSIGN([[maybe_unused]] const bool erased, parts.settings.erase(caller, owner.function.name, k_policy, owner.qualifier));
  } else {
    DAVIT_STORED(parts.settings.put(caller, owner.function.name, k_policy, owner.qualifier, *policy));
  }
  return ServiceResponse{.status = 204};
}

Answer<ServiceResponse> get_policy(const LambdaParts& parts, const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(const auto owner, owner_of(parts, request));
  DAVIT_STORED_ASSIGN(const auto policy, parts.settings.find(owner.function.caller(), owner.function.name, k_policy, owner.qualifier));
  if (!policy) {
    return refuse("ResourceNotFoundException", "The resource you requested does not exist.", 404);
  }
  return json_response(200, {{"Policy", dump_json(*policy)}, {"RevisionId", owner.function.revision_id}});
}

}  // namespace davit::aws::local::lambda
