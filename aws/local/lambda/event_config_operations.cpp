// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "aws/local/json_input.hpp"
#include "aws/local/lambda/event_config.hpp"
#include "aws/local/lambda/operations.hpp"
#include "aws/local/lambda/qualifier.hpp"

namespace davit::aws::local::lambda {
namespace {

/// Whose configuration it is.
struct ConfigOwner {
  Function function;
  std::string qualifier;
  std::string arn;
};

Answer<ConfigOwner> config_owner(const LambdaParts& parts, const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(auto name, name_of(request));
  DAVIT_ANSWER_ASSIGN(auto function, QualifierResolver(parts.functions, parts.settings).find(name));
  name.qualifier = name.qualifier.empty() ? k_latest : name.qualifier;
  return ConfigOwner{std::move(function), name.qualifier, name.arn()};
}

std::string destination_of(const Json& document, const char* outcome)
{
  const Json config = document.value("DestinationConfig", Json::object());
  const Json chosen = config.is_object() ? config.value(outcome, Json::object()) : Json::object();
  const Json arn = chosen.is_object() ? chosen.value("Destination", Json()) : Json();
  return arn.is_string() ? arn.get<std::string>() : "";
}

Answer<void> check_range(const Json& input, const char* member, std::string_view wire_name, int least, int most)
{
  DAVIT_ANSWER_ASSIGN(const auto value, input::integer(input, member));
  if (value && (*value < least || *value > most)) {
    const bool low = *value < least;
    return refuse(
        "ValidationException",
        fmt::format("1 validation error detected: Value '{}' at '{}' failed to satisfy constraint: Member must have value {} than "
                    "or equal to {}",
                    *value, wire_name, low ? "greater" : "less", low ? least : most));
  }
  return {};
}

Answer<void> check_destination(const LambdaParts& parts, const ConfigOwner& owner, const std::string& arn)
{
  static constexpr std::string_view k_services[] = {"arn:aws:lambda:", "arn:aws:sqs:", "arn:aws:sns:", "arn:aws:events:", "arn:aws:s3:"};
  const auto invalid = refuse("InvalidParameterValueException", fmt::format("The destination ARN {} is invalid.", arn));
  if (arn.empty()) {
    return {};
  }
  if (std::none_of(std::begin(k_services), std::end(k_services), [&](std::string_view service) { return arn.starts_with(service); })) {
    return invalid;
  }
  if (!arn.starts_with(k_services[0])) {
    return {};
  }
  const auto name = parse_function_name(owner.function.caller(), arn);
  if (!name || !QualifierResolver(parts.functions, parts.settings).find(*name)) {
    return invalid;
  }
  if (name->name == owner.function.name && name->region == owner.function.region) {
    return refuse("InvalidParameterValueException", "You can't specify the function as a destination for itself.");
  }
  return {};
}

Answer<void> check_config(const LambdaParts& parts, const ConfigOwner& owner, const Json& input)
{
  return check_range(input, "MaximumRetryAttempts", "maximumRetryAttempts", 0, 2)
      .and_then([&] { return check_range(input, "MaximumEventAgeInSeconds", "maximumEventAgeInSeconds", 60, 21'600); })
      .and_then([&] { return check_destination(parts, owner, destination_of(input, "OnSuccess")); })
      .and_then([&] { return check_destination(parts, owner, destination_of(input, "OnFailure")); });
}

/// The members of the API that `input` has, over those that were there.
Json merged(Json document, const Json& input)
{
  for (const char* member : {"MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig"}) {
    if (input.contains(member) && !input[member].is_null()) {
      document[member] = input[member];
    }
  }
  return document;
}

tl::unexpected<Fault> no_config(const ConfigOwner& owner)
{
  return refuse("ResourceNotFoundException", fmt::format("The function {} doesn't have an EventInvokeConfig", owner.arn), 404);
}

Answer<ServiceResponse> store(const LambdaParts& parts, const ConfigOwner& owner, const Json& before, const Json& input)
{
  Json document = merged(before, input);
  if (document.empty()) {
    return refuse("InvalidParameterValueException", "You must specify at least one of error handling or destination setting.");
  }
  if (const auto checked = check_config(parts, owner, document); !checked) {
    return tl::unexpected(checked.error());
  }
  document["LastModified"] = static_cast<double>(parts.clock().time_since_epoch().count()) / 1000;
  document["FunctionArn"] = owner.arn;
  if (!document.contains("DestinationConfig")) {
    document["DestinationConfig"] = {{"OnSuccess", Json::object()}, {"OnFailure", Json::object()}};
  }
  DAVIT_STORED(parts.settings.put(owner.function.caller(), owner.function.name, k_event_config, owner.qualifier, document));
  return json_response(200, document);
}

Answer<std::optional<Json>> stored(const LambdaParts& parts, const ConfigOwner& owner)
{
  DAVIT_STORED_ASSIGN(auto document, parts.settings.find(owner.function.caller(), owner.function.name, k_event_config, owner.qualifier));
  return document;
}

}  // namespace

EventConfig event_config_of(const Json& document)
{
  EventConfig config;
  config.retries = document.value("MaximumRetryAttempts", config.retries);
  config.largest_age_s = document.value("MaximumEventAgeInSeconds", config.largest_age_s);
  config.on_success = destination_of(document, "OnSuccess");
  config.on_failure = destination_of(document, "OnFailure");
  return config;
}

Answer<ServiceResponse> put_event_config(const LambdaParts& parts, const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(const Json input, body_of(request));
  DAVIT_ANSWER_ASSIGN(const auto owner, config_owner(parts, request));
  return store(parts, owner, Json::object(), input);
}

Answer<ServiceResponse> update_event_config(const LambdaParts& parts, const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(const Json input, body_of(request));
  DAVIT_ANSWER_ASSIGN(const auto owner, config_owner(parts, request));
  DAVIT_ANSWER_ASSIGN(const auto before, stored(parts, owner));
  return before ? store(parts, owner, *before, input) : no_config(owner);
}

Answer<ServiceResponse> get_event_config(const LambdaParts& parts, const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(const auto owner, config_owner(parts, request));
  DAVIT_ANSWER_ASSIGN(const auto document, stored(parts, owner));
  return document ? json_response(200, *document) : Answer<ServiceResponse>(no_config(owner));
}

Answer<ServiceResponse> delete_event_config(const LambdaParts& parts, const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(const auto owner, config_owner(parts, request));
  DAVIT_STORED_ASSIGN(const bool erased,
                      parts.settings.erase(owner.function.caller(), owner.function.name, k_event_config, owner.qualifier));
  return erased ? ServiceResponse{.status = 204} : Answer<ServiceResponse>(no_config(owner));
}

Answer<ServiceResponse> list_event_configs(const LambdaParts& parts, const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(const auto latest, latest_of(parts, request));
  DAVIT_STORED_ASSIGN(const auto configs, parts.settings.list(latest.caller(), latest.name, k_event_config));
  Json documents = Json::array();
  for (const auto& config : configs) {
    documents.push_back(config.document);
  }
  return json_response(200, page_of(request, "FunctionEventInvokeConfigs", std::move(documents)));
}

}  // namespace davit::aws::local::lambda
