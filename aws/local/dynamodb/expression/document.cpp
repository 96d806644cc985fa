// SPDX-License-Identifier: Apache-2.0
#include "aws/local/dynamodb/expression/document.hpp"

namespace davit::aws::local::dynamodb {
namespace {

using aws::dynamodb::List;
using aws::dynamodb::Map;

/// One step down; nullptr when the value has no such part.
const AttributeValue* step(const AttributeValue& value, const PathElement& element)
{
  if (const auto* name = std::get_if<std::string>(&element)) {
    const auto* map = value.get_if<Map>();
    const auto found = map == nullptr ? Map::const_iterator() : map->find(*name);
    return map == nullptr || found == map->end() ? nullptr : &found->second;
  }
  const auto* list = value.get_if<List>();
  const auto index = std::get<std::uint64_t>(element);
  return list == nullptr || index >= list->size() ? nullptr : &(*list)[index];
}

/// Which parts of a document are wanted: all of it, or some children.
struct Selection {
  bool whole = false;
  std::map<PathElement, Selection> children;
};

Selection select(const Item& item, const std::vector<Path>& paths)
{
  Selection root;
  for (const Path& path : paths) {
    if (find(item, path) == nullptr) {
      continue;
    }
    Selection* at = &root;
    for (const PathElement& element : path) {
      at = &at->children[element];
    }
    at->whole = true;
  }
  return root;
}

Map cut_map(const Map& map, const Selection& selection);

/// Depth is bounded by the nesting of stored values.
AttributeValue cut(const AttributeValue& value, const Selection& selection)
{
  if (selection.whole) {
    return value;
  }
  if (const auto* map = value.get_if<Map>()) {
    return cut_map(*map, selection);
  }
  List list;
  for (const auto& [element, below] : selection.children) {
    list.push_back(cut(*step(value, element), below));
  }
  return list;
}

Map cut_map(const Map& map, const Selection& selection)
{
  Map out;
  for (const auto& [element, below] : selection.children) {
    const auto& name = std::get<std::string>(element);
    out.emplace(name, cut(map.at(name), below));
  }
  return out;
}

}  // namespace

const AttributeValue* find(const Item& item, std::span<const PathElement> path)
{
  const auto first = item.find(std::get<std::string>(path.front()));
  const AttributeValue* at = first == item.end() ? nullptr : &first->second;
  for (std::size_t i = 1; i < path.size() && at != nullptr; ++i) {
    at = step(*at, path[i]);
  }
  return at;
}

AttributeValue* find(Item& item, std::span<const PathElement> path)
{
  return const_cast<AttributeValue*>(find(std::as_const(item), path));
}

Item project(const Item& item, const std::vector<Path>& paths)
{
  return cut_map(item, select(item, paths));
}

}  // namespace davit::aws::local::dynamodb
