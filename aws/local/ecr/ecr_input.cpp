// SPDX-License-Identifier: Apache-2.0
#include "aws/local/ecr/ecr_input.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "aws/core/encoding.hpp"
#include "aws/local/ecr/registry_path.hpp"
#include "aws/local/json_input.hpp"

namespace davit::aws::local::ecr {
namespace {

constexpr std::int64_t k_usual_page = 100;
constexpr std::int64_t k_largest_page = 1000;
constexpr std::string_view k_name_pattern =
    "must satisfy regular expression '[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(\\/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*'";

}  // namespace

tl::unexpected<Fault> invalid_parameter(std::string_view member, std::string_view constraint)
{
  return refuse(k_invalid_parameter, fmt::format("Invalid parameter at '{}' failed to satisfy constraint: '{}'", member, constraint));
}

Owner owner_of(const Caller& caller)
{
  return {.account = caller.account_id, .region = caller.region};
}

Answer<std::string> new_repository_name(const Json& input)
{
  DAVIT_ANSWER_ASSIGN(auto name, input::required_text(input, "repositoryName", k_invalid_parameter));
  if (!is_repository_name(name)) {
    return invalid_parameter("repositoryName", k_name_pattern);
  }
  return name;
}

Answer<Repository> repository_of(const Registry& registry, const Caller& caller, const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto name, new_repository_name(input));
  DAVIT_ANSWER_ASSIGN(const auto account, input::text(input, "registryId"));
  return registry.repository({.account = account.value_or(caller.account_id), .region = caller.region}, name);
}

Json ImageId::to_json() const
{
  Json out = Json::object();
  if (!digest.empty()) {
    out["imageDigest"] = digest;
  }
  if (!tag.empty()) {
    out["imageTag"] = tag;
  }
  return out;
}

Answer<std::vector<ImageId>> image_ids_of(const Json& input)
{
  std::vector<ImageId> out;
  for (const auto& entry : input.value("imageIds", Json::array())) {
    DAVIT_ANSWER_ASSIGN(const auto digest, input::text(entry, "imageDigest"));
    DAVIT_ANSWER_ASSIGN(const auto tag, input::text(entry, "imageTag"));
    out.push_back({.digest = digest.value_or(""), .tag = tag.value_or("")});
  }
  if (out.size() > 100) {
    return invalid_parameter("imageIds", "Member must have length less than or equal to 100");
  }
  return out;
}

tl::unexpected<Fault> image_not_found(const ImageId& id, const Repository& repository)
{
  return refuse(
      "ImageNotFoundException",
      fmt::format("The image with imageId {{imageDigest:'{}', imageTag:'{}'}} does not exist within the repository with name '{}' "
                  "in the registry with id '{}'",
                  id.digest.empty() ? "null" : id.digest, id.tag.empty() ? "null" : id.tag, repository.name, repository.owner.account));
}

Answer<Page> page_of(const Json& input, std::size_t total)
{
  DAVIT_ANSWER_ASSIGN(const auto count, input::integer(input, "maxResults"));
  DAVIT_ANSWER_ASSIGN(const auto token, input::text(input, "nextToken"));
  if (count && (*count < 1 || *count > k_largest_page)) {
    return invalid_parameter("maxResults", *count < 1 ? "Member must have value greater than or equal to 1"
                                                      : "Member must have value less than or equal to 1000");
  }
  std::size_t first = 0;
  const std::string decoded = from_base64(token.value_or("")).value_or("");
  if (token && std::from_chars(decoded.data(), decoded.data() + decoded.size(), first).ec != std::errc()) {
    return refuse(k_invalid_parameter, "Invalid parameter: the nextToken is not one that this registry gave");
  }
  first = std::min(first, total);
  return Page{.first = first, .count = std::min(static_cast<std::size_t>(count.value_or(k_usual_page)), total - first)};
}

void add_next_token(Json& output, const Page& page, std::size_t total)
{
  if (page.first + page.count < total) {
    output["nextToken"] = to_base64(std::to_string(page.first + page.count));
  }
}

double seconds_of(std::int64_t milliseconds)
{
  return static_cast<double>(milliseconds) / 1000;
}

}  // namespace davit::aws::local::ecr
