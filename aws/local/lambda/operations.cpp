// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/operations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "aws/local/front/rest_route.hpp"

namespace davit::aws::local::lambda {
namespace {

std::size_t number_in(const ServiceRequest& request, std::string_view name, std::size_t otherwise)
{
  const auto text = front::form_parameter(request.http.url.query, name).value_or("");
  std::size_t value = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

ServiceResponse json_response(int status, const Json& body)
{
  return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = dump_json(body)};
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

std::string lambda_time(TimePoint time)
{
  return fmt::format("{}.{:03}+0000", to_rfc3339(time).substr(0, 19), time.time_since_epoch().count() % 1000);
}

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

Answer<Function> latest_of(const LambdaParts& parts, const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(auto name, name_of(request));
  name.qualifier.clear();
  DAVIT_STORED_ASSIGN(auto function, parts.functions.find(request.caller, name.name));
  if (!function) {
    return function_not_found(name);
  }
  return std::move(*function);
}

tl::unexpected<Fault> function_not_found(const FunctionName& name)
{
  return refuse("ResourceNotFoundException", "Function not found: " + name.arn(), 404);
}

tl::unexpected<Fault> revision_changed()
{
  return refuse("PreconditionFailedException",
                "The RevisionId provided does not match the latest RevisionId. Call the GetFunction/GetAlias API to retrieve the latest "
                "RevisionId",
                412);
}

/// The marker is the position, which nobody may know: lists change between two pages, in AWS too.
Json page_of(const ServiceRequest& request, const char* member, Json documents)
{
  constexpr std::size_t k_largest_page = 50;
  const auto size = std::clamp<std::size_t>(number_in(request, "MaxItems", k_largest_page), 1, k_largest_page);
  const auto start = std::min(number_in(request, "Marker", 0), documents.size());
  const auto end = std::min(start + size, documents.size());
  Json answer = {{member, Json::array()}};
  for (auto i = start; i < end; ++i) {
    answer[member].push_back(std::move(documents[i]));
  }
  if (end < documents.size()) {
    answer["NextMarker"] = std::to_string(end);
  }
  return answer;
}

}  // namespace davit::aws::local::lambda
