// SPDX-License-Identifier: Apache-2.0
#include "cli/yaml/builder.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace davit::cli::yaml {
namespace {

constexpr std::size_t k_max_depth = 64;
constexpr std::size_t k_max_values = 100'000;
constexpr std::string_view k_text_tag = "tag:yaml.org,2002:str";

bool is_merge_key(const Node& key)
{
  return !key.quoted && key.text == "<<";
}

std::size_t values_in(const Node& node)
{
  std::size_t n = 1;
  for (const auto& element : node.elements) {
    n += values_in(element);
  }
  for (const auto& member : node.members) {
    n += 1 + values_in(member.value);
  }
  return n;
}

Refused refused_at(const Node& node, std::string message, std::string hint)
{
  return {.line = node.line, .column = node.column, .message = std::move(message), .hint = std::move(hint)};
}

/// Past `&anchor` and `!tag`, which the parser counts to the value's place.
std::size_t skip_properties(std::string_view text, std::size_t at)
{
  constexpr std::string_view k_blank = " \t\n";
  while (at < text.size() && (text[at] == '&' || text[at] == '!')) {
    const std::size_t end = std::min(text.find_first_of(k_blank, at), text.size());
    at = std::min(text.find_first_not_of(k_blank, end), text.size());
  }
  return at;
}

/// The byte after the closing quote, or npos.
std::size_t end_of_quoted(std::string_view text, std::size_t start)
{
  const char quote = text[start];
  for (std::size_t i = start + 1; i < text.size(); ++i) {
    const bool escaped = quote == '"' ? text[i] == '\\' : text.substr(i, 2) == "''";
    if (escaped) {
      ++i;
    } else if (text[i] == quote) {
      return i + 1;
    }
  }
  return std::string_view::npos;
}

/// What stands for null there: "~", "null", or "" where there is nothing.
std::string null_text(std::string_view rest)
{
  for (const std::string_view word : {"~", "null", "Null", "NULL"}) {
    const std::string_view after = rest.substr(std::min(word.size(), rest.size()), 1);
    if (rest.starts_with(word) && (after.empty() || std::string_view(" \t\n,]}").find(after) != std::string_view::npos)) {
      return std::string(word);
    }
  }
  return {};
}

}  // namespace

Node Builder::node_at(const YAML::Mark& mark, Kind kind) const
{
  const auto last = static_cast<int>(m_source.line_starts.size()) - 1;
  const int line = std::clamp(mark.line, 0, last);
  const std::size_t offset = std::min(static_cast<std::size_t>(std::max(mark.pos, 0)), m_source.text.size());
  const bool consistent = m_source.line_starts[static_cast<std::size_t>(line)] <= offset;
  return {.kind = kind, .line = line + 1, .column = consistent ? m_source.column_of(line, offset) : mark.column + 1};
}

void Builder::count(std::size_t values, const Node& at)
{
  m_values += values;
  if (m_values > k_max_values) {
    throw refused_at(at, fmt::format("the file unfolds into more than {} values", k_max_values), "use fewer aliases");
  }
}

void Builder::OnDocumentStart(const YAML::Mark& mark)
{
  if (m_has_document) {
    throw refused_at(node_at(mark, Kind::null), "a second document starts here",
                     "a file holds one document; remove this `---` or what follows");
  }
  m_has_document = true;
}

void Builder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor)
{
  Node node = node_at(mark, Kind::null);
  const std::size_t offset = skip_properties(m_source.text, static_cast<std::size_t>(std::max(mark.pos, 0)));
  node.text = null_text(std::string_view(m_source.text).substr(std::min(offset, m_source.text.size())));
  node.width = std::max(1, static_cast<int>(node.text.size()));
  const bool is_value = !m_open.empty() && m_open.back().key;
  if (node.text.empty() && is_value) {
    // Nothing is there: the parser's mark is that of whatever comes next.
    const Node& key = *m_open.back().key;
    node.line = key.line;
    node.column = key.column;
    node.width = key.width;
  }
  add(std::move(node), anchor);
}

void Builder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor)
{
  const auto found = m_anchored.find(anchor);
  if (found == m_anchored.end()) {
    throw refused_at(node_at(mark, Kind::null), "this alias stands inside the value that it names",
                     "an alias repeats a finished value above it");
  }
  count(values_in(found->second), node_at(mark, Kind::null));
  insert(found->second);
}

void Builder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value)
{
  Node node = node_at(mark, Kind::scalar);
  node.text = value;
  node.quoted = tag == "!" || tag == k_text_tag;
  if (tag != "?" && !node.quoted) {
    throw refused_at(node, fmt::format("the tag {} is not supported", tag), "write the value without a tag");
  }
  const std::size_t offset = skip_properties(m_source.text, static_cast<std::size_t>(std::max(mark.pos, 0)));
  const std::string_view here = std::string_view(m_source.text).substr(std::min(offset, m_source.text.size()));
  if (here.starts_with('"') || here.starts_with('\'')) {
    measure_quoted(node, offset);
  } else if (!here.starts_with('|') && !here.starts_with('>')) {
    node.width = std::max(1, count_characters(here.substr(0, std::min(here.find('\n'), value.size()))));
  }
  add(std::move(node), anchor);
}

/// yaml-cpp takes the end of the file for a closing quote.
void Builder::measure_quoted(Node& node, std::size_t offset)
{
  const std::size_t end = end_of_quoted(m_source.text, offset);
  if (end == std::string_view::npos) {
    throw refused_at(node, "the text in quotes that starts here never ends", "close the quotes");
  }
  node.width = count_characters(m_source.on_line(offset, end));
  const std::string_view span = std::string_view(m_source.text).substr(offset, end - offset);
  const auto breaks = static_cast<int>(std::count(span.begin(), span.end(), '\n'));
  if (breaks > 0) {
    m_multiline_quotes[node.line + breaks] = node.line;
  }
}

void Builder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value style)
{
  open(node_at(mark, Kind::sequence), anchor, style, tag);
}

void Builder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value style)
{
  open(node_at(mark, Kind::mapping), anchor, style, tag);
}

void Builder::open(Node node, YAML::anchor_t anchor, YAML::EmitterStyle::value style, const std::string& tag)
{
  if (tag != "?") {
    throw refused_at(node, fmt::format("the tag {} is not supported", tag), "write the value without a tag");
  }
  if (m_open.size() >= k_max_depth) {
    throw refused_at(node, fmt::format("values are nested deeper than {}", k_max_depth), {});
  }
  m_open.push_back({.node = std::move(node), .anchor = anchor, .in_brackets = style == YAML::EmitterStyle::Flow});
}

void Builder::close()
{
  Open done = std::move(m_open.back());
  m_open.pop_back();
  add(std::move(done.node), done.anchor);
}

void Builder::OnMapEnd()
{
  Open& map = m_open.back();
  const auto merge_key =
      std::find_if(map.node.members.begin(), map.node.members.end(), [](const Member& m) { return is_merge_key(m.key); });
  if (merge_key != map.node.members.end()) {
    const Member merged = std::move(*merge_key);
    map.node.members.erase(merge_key);
    const bool is_list = merged.value.kind == Kind::sequence;
    for (const Node& source : is_list ? merged.value.elements : std::vector{merged.value}) {
      if (source.kind != Kind::mapping) {
        throw refused_at(merged.key, fmt::format("`<<` merges maps, and this is {}", describe(source)),
                         "name an anchored map: `<<: *name`");
      }
      merge_into(map, source);
    }
  }
  close();
}

/// The map's own keys win, then those of the earlier source (YAML's merge key type).
void Builder::merge_into(Open& target, const Node& source)
{
  for (const Member& member : source.members) {
    if (target.key_lines.emplace(member.key.text, member.key.line).second) {
      target.node.members.push_back(member);
    }
  }
}

void Builder::add(Node node, YAML::anchor_t anchor)
{
  count(1, node);
  if (anchor != 0) {
    m_anchored.insert_or_assign(anchor, node);
  }
  insert(std::move(node));
}

void Builder::insert(Node node)
{
  if (m_open.empty()) {
    m_root = std::move(node);
    return;
  }
  Open& parent = m_open.back();
  if (parent.node.kind == Kind::sequence) {
    parent.node.elements.push_back(std::move(node));
  } else if (!parent.key) {
    set_key(parent, std::move(node));
  } else {
    parent.node.members.push_back({.key = std::move(*parent.key), .value = std::move(node)});
    parent.key.reset();
  }
}

void Builder::set_key(Open& parent, Node key)
{
  if (key.kind != Kind::scalar) {
    throw refused_at(key, fmt::format("a key must be text, and this is {}", key.text.empty() ? describe(key) : key.text),
                     "put the key in quotes");
  }
  const auto [first, is_new] = parent.key_lines.emplace(key.text, key.line);
  if (!is_new) {
    m_duplicates.push_back({.key = key, .first_line = first->second});
  }
  parent.key = std::move(key);
}

const Node* Builder::open_brackets() const
{
  const auto found = std::find_if(m_open.rbegin(), m_open.rend(), [](const Open& open) { return open.in_brackets; });
  return found == m_open.rend() ? nullptr : &found->node;
}

int Builder::quotes_opened_for(int line) const
{
  const auto found = m_multiline_quotes.find(line);
  return found == m_multiline_quotes.end() ? 0 : found->second;
}

}  // namespace davit::cli::yaml
