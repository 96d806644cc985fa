// SPDX-License-Identifier: Apache-2.0
#include "commands/image/push_target.hpp"

#include <fmt/format.h>

#include "aws/registry/reference.hpp"

namespace davit::commands::image {
namespace {

namespace registry = aws::registry;

Status check_tags(const std::vector<std::string>& tags)
{
  for (const auto& tag : tags) {
    if (!registry::is_tag(tag)) {
      return fail(usage_error(fmt::format("'{}' is no tag: letters, digits, '.', '_' and '-', at most 128, and no '.' or '-' first", tag)));
    }
  }
  return {};
}

}  // namespace

Result<std::string> project_repository(cli::Context& context)
{
  DAVIT_TRY_ASSIGN(const auto* project, context.project_if_any());
  if (project == nullptr || project->image.repository.empty()) {
    return fail(usage_error("no image of a registry was named, and davit.yaml names no image.repository",
                            "write HOST/REPOSITORY:TAG, or add `image: {repository: NAME}` to davit.yaml"));
  }
  return project->image.repository;
}

std::string usual_tag(const cli::Context& context)
{
  const std::string& environment = context.globals().environment;
  return environment.empty() ? "latest" : environment;
}

Result<PushTarget> push_target(cli::Context& context, const std::string& typed, const std::vector<std::string>& tags)
{
  std::string host;
  std::string repository;
  std::string tag = typed.starts_with(':') ? typed.substr(1) : "";
  if (typed.empty() || !tag.empty()) {
    DAVIT_TRY_ASSIGN(repository, project_repository(context));
  } else {
    DAVIT_TRY_ASSIGN(const auto reference, registry::parse_reference(typed));
    if (!reference.digest.empty()) {
      return fail(usage_error(fmt::format("'{}' names a digest, and an image is pushed under a tag", typed), "leave @sha256:... out"));
    }
    host = reference.host;
    repository = reference.repository;
    tag = reference.tag;
  }
  std::vector<std::string> all = tags;
  if (!tag.empty()) {
    all.insert(all.begin(), tag);
  }
  if (all.empty()) {
    all.push_back(usual_tag(context));
  }
  DAVIT_TRY(check_tags(all));
  DAVIT_TRY_ASSIGN(auto access, access_to_push(context, host));
  return PushTarget{.access = std::move(access), .repository = std::move(repository), .tags = std::move(all)};
}

}  // namespace davit::commands::image
