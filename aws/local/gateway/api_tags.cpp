// SPDX-License-Identifier: Apache-2.0
#include "aws/local/gateway/api_tags.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "aws/local/front/rest_route.hpp"
#include "aws/local/gateway/api_changes.hpp"

namespace davit::aws::local::gateway {
namespace {

constexpr std::size_t k_most_api_tags = 50;

}  // namespace

Answer<TaggedResource> tagged_resource(const std::string& arn)
{
  constexpr std::string_view k_stages = "/stages/";
  for (const std::string_view kind : {"::/restapis/", "::/apis/"}) {
    const auto at = arn.find(kind);
    if (!arn.starts_with("arn:aws:apigateway:") || at == std::string::npos) {
      continue;
    }
    const std::string name = arn.substr(at + kind.size());
    const auto stages = name.find(k_stages);
    return TaggedResource{.api_id = name.substr(0, std::min(stages, name.size())),
                          .stage = stages == std::string::npos ? "" : name.substr(stages + k_stages.size()),
                          .is_rest = kind == "::/restapis/"};
  }
  return bad_request(fmt::format("Invalid ARN: the local AWS tags APIs and their stages, not {}", arn));
}

Answer<Tags*> tags_of(Api& api, const TaggedResource& resource)
{
  if (resource.stage.empty()) {
    return &api.tags;
  }
  const auto found = std::find_if(api.stages.begin(), api.stages.end(), [&](const Stage& stage) { return stage.name == resource.stage; });
  if (found == api.stages.end()) {
    return not_found("Stage", resource.stage);
  }
  return &found->tags;
}

Answer<void> change_tags(Tags& tags, const Json& input, const http::Request& request)
{
  if (request.method == "DELETE") {
    for (const auto& [name, value] : front::form_parameters(request.url.query)) {
      if (name == "tagKeys") {
        tags.erase(value);
      }
    }
    return {};
  }
  for (const auto& [name, value] : input.value("tags", Tags{})) {
    tags.insert_or_assign(name, value);
  }
  return tags.size() > k_most_api_tags ? Answer<void>(bad_request("Number of tags exceeds the limit of 50")) : Answer<void>();
}

}  // namespace davit::aws::local::gateway
