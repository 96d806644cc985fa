// SPDX-License-Identifier: Apache-2.0
#include "aws/local/dynamodb/expression/placeholder_resolution.hpp"

#include <fmt/format.h>

#include "aws/dynamodb/reserved_words.hpp"

namespace davit::aws::local::dynamodb {
namespace {

template <typename Defined>
std::string unused(const Defined& defined, const std::set<std::string, std::less<>>& used)
{
  std::string out;
  for (const auto& [placeholder, meaning] : defined) {
    if (!used.contains(placeholder)) {
      out += (out.empty() ? "" : ", ") + placeholder;
    }
  }
  return out;
}

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html (nested attribute depth)
constexpr std::size_t k_max_path_depth = 32;

enum class Relation { apart, overlap, conflict };

Relation relation_of(const Path& one, const Path& two)
{
  for (std::size_t i = 0; i < std::min(one.size(), two.size()); ++i) {
    if (one[i].index() != two[i].index()) {
      return Relation::conflict;
    }
    if (one[i] != two[i]) {
      return Relation::apart;
    }
  }
  return Relation::overlap;
}

}  // namespace

std::string Placeholders::unused_names() const
{
  return unused(names, used_names);
}

std::string Placeholders::unused_values() const
{
  return unused(values, used_values);
}

std::optional<std::string> overlap_of(const Path& one, const Path& two)
{
  const Relation relation = relation_of(one, two);
  if (relation == Relation::apart) {
    return std::nullopt;
  }
  return fmt::format("Two document paths {} with each other; must remove or rewrite one of these paths; path one: {}, path two: {}",
                     relation == Relation::overlap ? "overlap" : "conflict", to_string(one), to_string(two));
}

Complaint reserved_in(const Path& path)
{
  for (const auto& element : path) {
    const auto* name = std::get_if<std::string>(&element);
    if (name != nullptr && !name->starts_with('#') && aws::dynamodb::is_reserved_word(*name)) {
      return "Attribute name is a reserved keyword; reserved keyword: " + *name;
    }
  }
  return std::nullopt;
}

Complaint resolve(Path& path, Placeholders& placeholders)
{
  for (auto& element : path) {
    auto* name = std::get_if<std::string>(&element);
    if (name == nullptr || !name->starts_with('#')) {
      continue;
    }
    const auto found = placeholders.names.find(*name);
    if (found == placeholders.names.end()) {
      return "An expression attribute name used in the document path is not defined; attribute name: " + *name;
    }
    placeholders.used_names.insert(*name);
    *name = found->second;
  }
  if (path.size() > k_max_path_depth) {
    return fmt::format("The document path has too many nesting levels; nesting levels: {}", path.size());
  }
  return std::nullopt;
}

Complaint resolve_value(Node& node, Placeholders& placeholders)
{
  const auto found = placeholders.values.find(node.text);
  if (found == placeholders.values.end()) {
    return "An expression attribute value used in expression is not defined; attribute value: " + node.text;
  }
  placeholders.used_values.insert(node.text);
  node.value = found->second;
  return std::nullopt;
}

Complaint overlap_among(const std::vector<const Path*>& paths)
{
  Complaint conflict;
  for (std::size_t second = 0; second < paths.size(); ++second) {
    for (std::size_t first = 0; first < second; ++first) {
      const Relation relation = relation_of(*paths[first], *paths[second]);
      if (relation == Relation::overlap) {
        return overlap_of(*paths[first], *paths[second]);
      }
      if (relation == Relation::conflict && !conflict) {
        conflict = overlap_of(*paths[first], *paths[second]);
      }
    }
  }
  return conflict;
}

}  // namespace davit::aws::local::dynamodb
