// SPDX-License-Identifier: Apache-2.0
#include "aws/local/gateway/rest_changes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "aws/local/gateway/api_changes.hpp"
#include "aws/local/gateway/rest_documents.hpp"
#include "aws/local/gateway/rest_patch.hpp"
#include "aws/local/json_input.hpp"

namespace davit::aws::local::gateway {
namespace {

constexpr std::string_view k_api_details[] = {"endpointConfiguration", "policy"};

constexpr PatchMember k_api_members[] = {{"name", PatchKind::text},
                                         {"description", PatchKind::text},
                                         {"binaryMediaTypes", PatchKind::list},
                                         {"policy", PatchKind::text},
                                         {"apiKeySource", PatchKind::text},
                                         {"minimumCompressionSize", PatchKind::integer},
                                         {"disableExecuteApiEndpoint", PatchKind::flag}};

constexpr PatchMember k_resource_members[] = {{"pathPart", PatchKind::text}, {"parentId", PatchKind::text}};

/// Policies are kept and not asked: who may call is IAM's, which is not here.
Answer<void> read_rest_api(Api& api, const Json& document)
{
  DAVIT_ANSWER_ASSIGN(api.name, input::required_text(document, "name", "BadRequestException"));
  DAVIT_ANSWER_ASSIGN(const auto description, input::text(document, "description"));
  DAVIT_ANSWER_ASSIGN(api.binary_types, input::texts(document, "binaryMediaTypes"));
  DAVIT_ANSWER_ASSIGN(const auto key_source, input::text(document, "apiKeySource"));
  DAVIT_ANSWER_ASSIGN(const auto compression, input::integer(document, "minimumCompressionSize"));
  DAVIT_ANSWER_ASSIGN(const bool is_disabled, input::flag(document, "disableExecuteApiEndpoint"));
  if (key_source.value_or("HEADER") != "HEADER" || compression || is_disabled) {
    return bad_request("The local AWS serves REST APIs without API keys of authorizers, without compression, and at their own endpoint");
  }
  api.description = description.value_or("");
  api.details = details_of(document, k_api_details);
  return {};
}

/// "/endpointConfiguration/types/EDGE" takes the place of the one type that there is.
bool patch_endpoint_type(Json& document, const PatchOperation& operation)
{
  const bool is_type = operation.path.size() >= 2 && operation.path[0] == "endpointConfiguration" && operation.path[1] == "types";
  if (is_type && operation.op != "remove") {
    document["endpointConfiguration"]["types"] = {operation.value};
  }
  return is_type;
}

std::string path_below(const Resource& parent, const std::string& part)
{
  return (parent.path == "/" ? "" : parent.path) + "/" + part;
}

Answer<void> check_free(const Api& api, const std::string& path)
{
  if (std::any_of(api.resources.begin(), api.resources.end(), [&](const Resource& each) { return each.path == path; })) {
    const std::string part = path.substr(path.rfind('/') + 1);
    return refuse("ConflictException", "Another resource with the same parent already has this name: " + part, 409);
  }
  return {};
}

/// With all that stands below it, methods too.
void move_resources(Api& api, const std::string& from, const std::string& to)
{
  for (auto& resource : api.resources) {
    if (resource.path == from || resource.path.starts_with(from + "/")) {
      resource.path = to + resource.path.substr(from.size());
      for (auto& route : api.routes) {
        if (route.id.starts_with(resource.id + "-")) {
          route.key = route.key.substr(0, route.key.find(' ') + 1) + resource.path;
        }
      }
    }
  }
}

}  // namespace

Answer<Api> new_rest_api(const Json& input)
{
  Api api{.id = new_id(10), .is_rest = true};
  if (const auto read = read_rest_api(api, input); !read) {
    return tl::unexpected(read.error());
  }
  if (input.contains("tags") && input["tags"].is_object()) {
    api.tags = input["tags"].get<std::map<std::string, std::string>>();
  }
  api.resources.push_back({.id = new_id(10), .path = "/"});
  return api;
}

Json rest_api_document(const Api& api)
{
  Json document = {{"id", api.id},
                   {"name", api.name},
                   {"createdDate", rest_time(api.created)},
                   {"apiKeySource", "HEADER"},
                   {"endpointConfiguration", {{"types", {"EDGE"}}, {"ipAddressType", "ipv4"}}},
                   {"disableExecuteApiEndpoint", false},
                   {"rootResourceId", api.resources.front().id},
                   {"tags", api.tags}};
  if (!api.description.empty()) {
    document["description"] = api.description;
  }
  if (!api.binary_types.empty()) {
    document["binaryMediaTypes"] = api.binary_types;
  }
  add_details(document, api.details);
  return document;
}

Answer<Json> rest_update_api(Api& api, const RestLabels& /*labels*/, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto operations, patch_operations(input));
  Json document = rest_api_document(api);
  for (const auto& operation : operations) {
    const auto applied = patch_endpoint_type(document, operation) ? Answer<void>() : apply_patch(document, operation, k_api_members);
    if (!applied) {
      return tl::unexpected(applied.error());
    }
  }
  return read_rest_api(api, document).map([&] { return rest_api_document(api); });
}

Answer<Json> rest_get_resources(Api& api, const RestLabels& /*labels*/, const Json& /*input*/)
{
  Json items = Json::array();
  for (const auto& resource : api.resources) {
    items.push_back(rest_resource_document(api, resource));
  }
  return Json{{"item", std::move(items)}};
}

Answer<Json> rest_get_resource(Api& api, const RestLabels& labels, const Json& /*input*/)
{
  const Resource* resource = rest_resource_of(api, labels);
  return resource == nullptr ? Answer<Json>(no_such("Resource")) : rest_resource_document(api, *resource);
}

Answer<Json> rest_create_resource(Api& api, const RestLabels& labels, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto part, input::required_text(input, "pathPart", "BadRequestException"));
  const Resource* parent = rest_resource_of(api, labels, "ParentId");
  if (parent == nullptr) {
    return no_such("Resource");
  }
  const std::string path = path_below(*parent, part);
  if (const auto checked = check_free(api, path); !checked) {
    return tl::unexpected(checked.error());
  }
  api.resources.push_back({.id = new_id(6), .parent_id = parent->id, .path = path});
  return rest_resource_document(api, api.resources.back());
}

Answer<Json> rest_update_resource(Api& api, const RestLabels& labels, const Json& input)
{
  const Resource* resource = rest_resource_of(api, labels);
  if (resource == nullptr || resource->parent_id.empty()) {
    return no_such("Resource");
  }
  DAVIT_ANSWER_ASSIGN(const Json wanted, patched(rest_resource_document(api, *resource), input, k_resource_members));
  const Resource* parent = rest_resource_of(api, {{"ParentId", wanted.at("parentId")}}, "ParentId");
  if (parent == nullptr) {
    return no_such("Resource");
  }
  const std::string path = path_below(*parent, wanted.at("pathPart"));
  const std::string before = resource->path;
  if (const auto checked = path == before ? Answer<void>() : check_free(api, path); !checked) {
    return tl::unexpected(checked.error());
  }
  api.resources[static_cast<std::size_t>(resource - api.resources.data())].parent_id = parent->id;
  move_resources(api, before, path);
  return rest_resource_document(api, *resource);
}

Answer<Json> rest_delete_resource(Api& api, const RestLabels& labels, const Json& /*input*/)
{
  const Resource* resource = rest_resource_of(api, labels);
  if (resource == nullptr || resource->parent_id.empty()) {
    return no_such("Resource");
  }
  const Resource gone = *resource;
  const auto is_below = [&](const Resource& each) { return each.path == gone.path || each.path.starts_with(gone.path + "/"); };
  for (const auto& each : api.resources) {
    if (is_below(each)) {
      std::erase_if(api.routes, [&](const Route& route) { return route.id.starts_with(each.id + "-"); });
      std::erase_if(api.integrations, [&](const Integration& integration) { return integration.id.starts_with(each.id + "-"); });
    }
  }
  std::erase_if(api.resources, is_below);
  return Json::object();
}

}  // namespace davit::aws::local::gateway
