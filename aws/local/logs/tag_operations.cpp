// SPDX-License-Identifier: Apache-2.0
#include "aws/local/logs/tag_operations.hpp"

#include <nlohmann/json.hpp>

namespace davit::aws::local::logs {
namespace {

constexpr std::size_t k_most_tags = 50;

}  // namespace

Answer<Json> list_tags(LogStore& store, const LogGroup& group)
{
  DAVIT_STORED_ASSIGN(auto tags, store.tags(group));
  return Json{{"tags", std::move(tags)}};
}

Answer<Json> add_tags(LogStore& store, const LogGroup& group, const Json& added)
{
  DAVIT_STORED_ASSIGN(Json tags, store.tags(group));
  for (const auto& [name, value] : added.items()) {
    tags[name] = value.get<std::string>();
  }
  if (tags.size() > k_most_tags) {
    return refuse("TooManyTagsException", "A log group can have no more than 50 tags.");
  }
  DAVIT_STORED(store.set_tags(group, tags));
  return Json();
}

Answer<Json> remove_tags(LogStore& store, const LogGroup& group, const std::vector<std::string>& names)
{
  DAVIT_STORED_ASSIGN(Json tags, store.tags(group));
  for (const auto& name : names) {
    tags.erase(name);
  }
  DAVIT_STORED(store.set_tags(group, tags));
  return Json();
}

}  // namespace davit::aws::local::logs
