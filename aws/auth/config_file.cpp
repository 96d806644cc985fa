// SPDX-License-Identifier: Apache-2.0
#include "aws/auth/config_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace davit::aws::auth {
namespace {

constexpr std::string_view k_blanks = " \t";

std::string_view trimmed(std::string_view text)
{
  const std::size_t start = text.find_first_not_of(k_blanks);
  return start == std::string_view::npos ? std::string_view{} : text.substr(start, text.find_last_not_of(k_blanks) - start + 1);
}

std::string lower(std::string_view text)
{
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  return out;
}

bool is_identifier(std::string_view text)
{
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_-/.%@:+").find(c) != std::string_view::npos;
  };
  return !text.empty() && std::all_of(text.begin(), text.end(), allowed);
}

/// Up to a comment sign that follows white space: "a#b" is a value.
std::string_view without_comment(std::string_view line)
{
  for (std::size_t i = 1; i < line.size(); ++i) {
    const bool starts_comment = (line[i] == '#' || line[i] == ';') && k_blanks.find(line[i - 1]) != std::string_view::npos;
    if (starts_comment) {
      return line.substr(0, i);
    }
  }
  return line;
}

/// What a section header names.
struct Header {
  enum class Kind { profile, unprefixed_default, sso_session, services, ignored };
  Kind kind = Kind::ignored;
  std::string name;
  std::string reason;  ///< why it is ignored
};

Header named(Header::Kind kind, std::string_view text)
{
  std::string_view name = trimmed(text);
  const bool quoted = name.size() > 2 && name.front() == name.back() && (name.front() == '"' || name.front() == '\'');
  if (quoted) {
    return {kind, std::string(name.substr(1, name.size() - 2)), ""};
  }
  if (!is_identifier(name)) {
    return {.reason = fmt::format("'{}' is no valid name of a section", name)};
  }
  return {kind, std::string(name), ""};
}

Header header_of_config(std::string_view inner)
{
  const std::size_t space = inner.find_first_of(k_blanks);
  const std::string_view prefix = inner.substr(0, space);
  if (space == std::string_view::npos) {
    return inner == "default"
               ? Header{Header::Kind::unprefixed_default, "default", ""}
               : Header{.reason = fmt::format("section '{}' of a config file needs the word profile before its name", inner)};
  }
  if (prefix == "profile") {
    return named(Header::Kind::profile, inner.substr(space));
  }
  if (prefix == "sso-session") {
    return named(Header::Kind::sso_session, inner.substr(space));
  }
  if (prefix == "services") {
    return named(Header::Kind::services, inner.substr(space));
  }
  return {.reason = fmt::format("'{}' is no kind of section (profile, sso-session, services)", prefix)};
}

/// Reads one file line by line. What stands in an ignored section is checked but goes nowhere.
class Parser
{
public:
  Parser(std::string_view name, ConfigFileKind kind) : m_file(name), m_kind(kind) {}

  Result<ConfigFile> parse(std::string_view text)
  {
    while (!text.empty()) {
      const std::size_t end = text.find('\n');
      std::string_view line = text.substr(0, end);
      text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
      ++m_line;
      line = line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
      const bool is_blank_or_comment = trimmed(line).empty() || line.front() == '#' || line.front() == ';';
      if (!is_blank_or_comment) {
        DAVIT_TRY(read_line(line));
      }
    }
    return finish();
  }

private:
  Status read_line(std::string_view line)
  {
    if (line.front() == '[') {
      return read_header(line);
    }
    if (!m_in_section) {
      return refuse("Expected a profile definition");
    }
    return k_blanks.find(line.front()) == std::string_view::npos ? read_property(line) : read_continuation(line);
  }

  Status read_header(std::string_view line)
  {
    const std::string_view inner = trimmed(line.substr(0, line.find_first_of("#;")));
    if (!inner.ends_with(']')) {
      return refuse("Profile definition must end with ']'");
    }
    const std::string_view text = trimmed(inner.substr(1, inner.size() - 2));
    const Header header = m_kind == ConfigFileKind::config ? header_of_config(text) : named(Header::Kind::profile, text);
    m_in_section = true;
    m_property = nullptr;
    m_scratch.clear();
    m_section = section_of(header);
    return {};
  }

  Section* section_of(const Header& header)
  {
    switch (header.kind) {
      case Header::Kind::profile:
        return &m_out.profiles[header.name];
      case Header::Kind::unprefixed_default:
        m_default_line = m_line;
        return &(m_unprefixed_default ? *m_unprefixed_default : m_unprefixed_default.emplace());
      case Header::Kind::sso_session:
        return &m_out.sso_sessions[header.name];
      case Header::Kind::services:
        return &m_out.services[header.name];
      case Header::Kind::ignored:
        ignore(header.reason);
        return &m_scratch;
    }
    return &m_scratch;
  }

  Status read_property(std::string_view line)
  {
    const std::string_view text = without_comment(line);
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) {
      return refuse("Expected an '=' sign defining a property");
    }
    const std::string_view name = trimmed(text.substr(0, equals));
    if (name.empty()) {
      return refuse("Property did not have a name");
    }
    if (!is_identifier(name)) {
      ignore(fmt::format("'{}' is no valid name of a property", name));
      m_property = &m_ignored_property;
    } else {
      m_property = &(*m_section)[lower(name)];
    }
    *m_property = {.value = std::string(trimmed(text.substr(equals + 1))), .file = m_file, .line = m_line};
    return {};
  }

  Status read_continuation(std::string_view line)
  {
    if (m_property == nullptr) {
      return refuse("Expected a property definition, found continuation");
    }
    const bool is_nested = m_property->value.empty() || m_property->value.front() == '\n';
    if (is_nested && line.find('=') == std::string_view::npos) {
      return refuse("Expected an '=' sign defining a sub-property");
    }
    if (is_nested && trimmed(line).front() == '=') {
      return refuse("Sub-property did not have a name");
    }
    m_property->value += "\n" + std::string(trimmed(line));
    return {};
  }

  Result<ConfigFile> finish()
  {
    if (m_unprefixed_default && m_out.profiles.contains("default")) {
      m_out.ignored.push_back({m_file, m_default_line, "[profile default] stands in the same file and wins over [default]"});
    } else if (m_unprefixed_default) {
      m_out.profiles.emplace("default", std::move(*m_unprefixed_default));
    }
    return std::move(m_out);
  }

  void ignore(std::string reason) { m_out.ignored.push_back({m_file, m_line, std::move(reason)}); }

  [[nodiscard]] tl::unexpected<Error> refuse(std::string_view what) const
  {
    // The line itself is not shown: it may hold a secret.
    return fail(
        usage_error(fmt::format("{}:{}: {}", m_file, m_line, what), "AWS's configuration files hold [sections] of name = value lines"));
  }

  std::string m_file;
  ConfigFileKind m_kind;
  int m_line = 0;
  bool m_in_section = false;
  ConfigFile m_out;
  std::optional<Section> m_unprefixed_default;
  int m_default_line = 0;
  Section m_scratch;
  Property m_ignored_property;
  Section* m_section = &m_scratch;
  Property* m_property = nullptr;
};

void merge_sections(std::map<std::string, Section>& into, std::map<std::string, Section>&& from)
{
  for (auto& [name, section] : from) {
    for (auto& [key, property] : section) {
      into[name].insert_or_assign(key, std::move(property));
    }
    into.try_emplace(name);
  }
}

}  // namespace

Result<ConfigFile> parse_config_file(std::string_view text, std::string_view name, ConfigFileKind kind)
{
  return Parser{name, kind}.parse(text);
}

std::map<std::string, std::string> nested_properties(const Property& property)
{
  std::map<std::string, std::string> out;
  std::string_view rest = property.value;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    if (const std::size_t equals = line.find('='); equals != std::string_view::npos) {
      out[lower(trimmed(line.substr(0, equals)))] = std::string(trimmed(line.substr(equals + 1)));
    }
  }
  return out;
}

ConfigFile merge(ConfigFile config, ConfigFile credentials)
{
  merge_sections(config.profiles, std::move(credentials.profiles));
  config.ignored.insert(config.ignored.end(), credentials.ignored.begin(), credentials.ignored.end());
  return config;
}

}  // namespace davit::aws::auth
