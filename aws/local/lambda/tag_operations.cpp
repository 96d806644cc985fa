// SPDX-License-Identifier: Apache-2.0
#include "aws/local/front/rest_route.hpp"
#include "aws/local/lambda/operations.hpp"

/// Tags belong to the function, not to its versions: https://docs.aws.amazon.com/lambda/latest/dg/configuration-tags.html
namespace davit::aws::local::lambda {
namespace {

Answer<Function> tagged_function(const LambdaParts& parts, const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(const auto name, name_of(request, "ARN"));
  if (!name.qualifier.empty()) {
    return refuse("InvalidParameterValueException",
                  "Tags on function aliases and versions are not supported. Please specify a function ARN.");
  }
  DAVIT_STORED_ASSIGN(auto function, parts.functions.find(request.caller, name.name));
  if (!function) {
    return function_not_found(name);
  }
  return std::move(*function);
}

}  // namespace

Answer<ServiceResponse> list_tags(const LambdaParts& parts, const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(const auto function, tagged_function(parts, request));
  return json_response(200, {{"Tags", function.tags}});
}

Answer<ServiceResponse> tag_resource(const LambdaParts& parts, const ServiceRequest& request)
{
  constexpr std::size_t k_most_tags = 50;
  DAVIT_ANSWER_ASSIGN(const Json input, body_of(request));
  DAVIT_ANSWER_ASSIGN(auto function, tagged_function(parts, request));
  const auto tags = input.value("Tags", std::map<std::string, std::string>{});
  if (tags.empty()) {
    return refuse("InvalidParameterValueException", "An error occurred and the request cannot be processed.");
  }
  for (const auto& [name, value] : tags) {
    function.tags.insert_or_assign(name, value);
  }
  if (function.tags.size() > k_most_tags) {
    return refuse("InvalidParameterValueException", "Number of tags exceeds resource tag limit.");
  }
  DAVIT_STORED(parts.functions.replace(function, function.revision_id));
  return ServiceResponse{.status = 204};
}

Answer<ServiceResponse> untag_resource(const LambdaParts& parts, const ServiceRequest& request)
{
  DAVIT_ANSWER_ASSIGN(auto function, tagged_function(parts, request));
  for (const auto& [name, value] : front::form_parameters(request.http.url.query)) {
    if (name == "tagKeys") {
      function.tags.erase(value);
    }
  }
  DAVIT_STORED(parts.functions.replace(function, function.revision_id));
  return ServiceResponse{.status = 204};
}

}  // namespace davit::aws::local::lambda
