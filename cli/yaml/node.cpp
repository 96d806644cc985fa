// SPDX-License-Identifier: Apache-2.0
#include "cli/yaml/node.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace davit::cli::yaml {
namespace {

constexpr std::size_t k_shown_characters = 60;

auto position(std::vector<Member>& members, std::string_view key)
{
  return std::find_if(members.begin(), members.end(), [&](const Member& m) { return m.key.text == key; });
}

void mark_overlay(Node& node)
{
  node.overlay = true;
  std::for_each(node.elements.begin(), node.elements.end(), mark_overlay);
  for (auto& member : node.members) {
    mark_overlay(member.key);
    mark_overlay(member.value);
  }
}

Node marked(Node node)
{
  mark_overlay(node);
  return node;
}

}  // namespace

const Node* Node::find(std::string_view key) const
{
  const auto found = std::find_if(members.begin(), members.end(), [&](const Member& m) { return m.key.text == key; });
  return found == members.end() ? nullptr : &found->value;
}

Diagnostic Document::diagnostic(const Node& at, std::string message, std::string hint) const
{
  const auto index = static_cast<std::size_t>(at.line) - 1;
  return {.file = name,
          .line = at.line,
          .column = at.column,
          .message = std::move(message),
          .source = at.line > 0 && index < lines.size() ? lines[index] : "",
          .width = at.width,
          .hint = std::move(hint)};
}

std::string describe(const Node& node)
{
  switch (node.kind) {
    case Kind::null:
      return "nothing";
    case Kind::sequence:
      return "a list";
    case Kind::mapping:
      return "a map";
    case Kind::scalar:
      break;
  }
  const bool cut = node.text.size() > k_shown_characters;
  const std::string shown = node.text.substr(0, k_shown_characters) + (cut ? "..." : "");
  return node.quoted ? fmt::format("the text \"{}\"", shown) : fmt::format("{}", shown);
}

Node merge(Node below, const Node& above)
{
  if (below.kind != Kind::mapping || above.kind != Kind::mapping) {
    return marked(above);
  }
  for (const auto& member : above.members) {
    const auto found = position(below.members, member.key.text);
    if (found == below.members.end()) {
      below.members.push_back({.key = marked(member.key), .value = marked(member.value)});
    } else {
      found->value = merge(std::move(found->value), member.value);
    }
  }
  return below;
}

}  // namespace davit::cli::yaml
