// SPDX-License-Identifier: Apache-2.0
#include "aws/local/gateway/rest_patch.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "aws/local/gateway/api_changes.hpp"
#include "aws/local/json_input.hpp"

namespace davit::aws::local::gateway {
namespace {

/// A segment of a JSON Pointer (RFC 6901 section 4).
std::string decoded_segment(std::string_view segment)
{
  std::string text;
  for (std::size_t i = 0; i < segment.size(); ++i) {
    const bool is_escape = segment[i] == '~' && i + 1 < segment.size() && (segment[i + 1] == '0' || segment[i + 1] == '1');
    text += is_escape ? (segment[++i] == '1' ? '/' : '~') : segment[i];
  }
  return text;
}

std::vector<std::string> segments_of_path(std::string_view path)
{
  std::vector<std::string> segments;
  while (!path.empty()) {
    path.remove_prefix(1);
    const auto end = std::min(path.find('/'), path.size());
    segments.push_back(decoded_segment(path.substr(0, end)));
    path.remove_prefix(end);
  }
  return segments;
}

std::optional<Json> value_of(PatchKind kind, const std::string& text)
{
  if (kind == PatchKind::flag || kind == PatchKind::flags) {
    return text == "true" || text == "false" ? std::optional<Json>(text == "true") : std::nullopt;
  }
  if (kind == PatchKind::integer) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional<Json>(number) : std::nullopt;
  }
  return text;
}

void patch_list(Json& list, const PatchOperation& operation)
{
  const bool is_named = operation.path.size() > 1;
  const std::string& element = is_named ? operation.path[1] : operation.value;
  list = list.is_array() ? list : Json::array();
  const auto found = std::find(list.begin(), list.end(), element);
  if (operation.op == "remove" || (is_named && operation.op == "replace")) {
    found == list.end() ? list.end() : list.erase(found);
  }
  if (operation.op == "add" || operation.op == "replace") {
    list.push_back(operation.op == "add" ? element : operation.value);
  }
}

tl::unexpected<Fault> invalid_path(const PatchOperation& operation)
{
  return bad_request(fmt::format("Invalid patch path '/{}' specified for op '{}'", fmt::join(operation.path, "/"), operation.op));
}

}  // namespace

Answer<std::vector<PatchOperation>> patch_operations(const Json& input)
{
  std::vector<PatchOperation> operations;
  for (const Json& each : input.value("patchOperations", Json::array())) {
    DAVIT_ANSWER_ASSIGN(const auto op, input::required_text(each, "op", "BadRequestException"));
    DAVIT_ANSWER_ASSIGN(const auto path, input::required_text(each, "path", "BadRequestException"));
    DAVIT_ANSWER_ASSIGN(const auto value, input::text(each, "value"));
    PatchOperation operation{.op = op, .path = path.starts_with('/') ? segments_of_path(path) : std::vector<std::string>{}};
    operation.value = value.value_or("");
    if (operation.path.empty() || (op != "add" && op != "replace" && op != "remove")) {
      return bad_request(fmt::format("Invalid patch operation: op '{}' at path '{}'", op, path));
    }
    operations.push_back(std::move(operation));
  }
  return operations;
}

Answer<void> apply_patch(Json& document, const PatchOperation& operation, std::span<const PatchMember> members)
{
  const auto& path = operation.path;
  const auto member = std::find_if(members.begin(), members.end(), [&](const PatchMember& each) { return each.name == path.front(); });
  if (member == members.end()) {
    return invalid_path(operation);
  }
  const bool is_map = member->kind == PatchKind::texts || member->kind == PatchKind::flags;
  if (member->kind == PatchKind::list && path.size() <= 2) {
    patch_list(document[path.front()], operation);
    return {};
  }
  if (operation.op == "remove" && path.size() == 1) {
    document.erase(path.front());
    return {};
  }
  if (path.size() != (is_map ? 2U : 1U)) {
    return invalid_path(operation);
  }
  Json& place = is_map ? document[path.front()] : document;
  if (operation.op == "remove") {
    place.erase(path.back());
    return {};
  }
  const auto value = value_of(member->kind, operation.value);
  if (!value) {
    return bad_request(fmt::format("Invalid value '{}' specified for path '/{}'", operation.value, fmt::join(path, "/")));
  }
  place[path.back()] = *value;
  return {};
}

Answer<Json> patched(Json document, const Json& input, std::span<const PatchMember> members)
{
  DAVIT_ANSWER_ASSIGN(const auto operations, patch_operations(input));
  for (const auto& operation : operations) {
    if (const auto applied = apply_patch(document, operation, members); !applied) {
      return tl::unexpected(applied.error());
    }
  }
  return document;
}

std::string details_of(const Json& document, std::span<const std::string_view> names)
{
  Json details = Json::object();
  for (const auto& name : names) {
    if (const auto found = document.find(name); found != document.end() && !found->is_null()) {
      details[std::string(name)] = *found;
    }
  }
  return details.empty() ? std::string() : dump_json(details);
}

void add_details(Json& document, const std::string& details)
{
  if (!details.empty()) {
    document.update(Json::parse(details));
  }
}

}  // namespace davit::aws::local::gateway
