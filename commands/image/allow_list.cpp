// SPDX-License-Identifier: Apache-2.0
#include "commands/image/allow_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "aws/core/file.hpp"
#include "aws/core/spelling.hpp"
#include "cli/yaml/reader.hpp"

namespace davit::commands::image {
namespace {

namespace yaml = cli::yaml;

constexpr std::array<const char*, 4> k_members{"id", "reason", "expires", "package"};

/// Reads the entries and notes every problem.
class EntryReader
{
public:
  explicit EntryReader(const yaml::Document& document) : m_document(document) {}

  std::optional<Allowance> read(const yaml::Node& entry)
  {
    if (entry.kind != yaml::Kind::mapping) {
      complain(entry, fmt::format("an entry is a map of id, reason and expires, not {}", yaml::describe(entry)));
      return std::nullopt;
    }
    refuse_unknown(entry);
    Allowance out{.id = required(entry, "id"),
                  .package = text(entry, "package"),
                  .reason = required(entry, "reason"),
                  .expires = required(entry, "expires")};
    const auto day = parse_time(out.expires + "T00:00:00Z");
    if (!out.expires.empty() && (!day || out.expires.size() != std::string_view("2026-12-31").size())) {
      complain(*entry.find("expires"), fmt::format("\"{}\" is no day", out.expires), "write it as 2026-12-31");
    }
    out.ends = day ? *day + std::chrono::days(1) : TimePoint{};
    return out;
  }

  void complain(const yaml::Node& at, std::string message, std::string hint = {})
  {
    m_problems.push_back(m_document.diagnostic(at, std::move(message), std::move(hint)));
  }

  std::vector<Diagnostic> take_problems() { return std::move(m_problems); }

private:
  void refuse_unknown(const yaml::Node& entry)
  {
    for (const auto& member : entry.members) {
      const auto same = [&](const char* name) { return member.key.text == name; };
      if (std::none_of(k_members.begin(), k_members.end(), same)) {
        const auto near = nearest(member.key.text, std::vector<std::string>{k_members.begin(), k_members.end()});
        complain(member.key, fmt::format("unknown key \"{}\"", member.key.text), near ? fmt::format("did you mean \"{}\"?", *near) : "");
      }
    }
  }

  std::string text(const yaml::Node& entry, const char* name)
  {
    const yaml::Node* value = entry.find(name);
    if (value != nullptr && value->kind != yaml::Kind::scalar) {
      complain(*value, fmt::format("{} must be a text, not {}", name, yaml::describe(*value)));
    }
    return value == nullptr || value->kind != yaml::Kind::scalar ? "" : value->text;
  }

  std::string required(const yaml::Node& entry, const char* name)
  {
    if (entry.find(name) == nullptr) {
      complain(entry, fmt::format("the entry has no {}", name), "every entry says what it lets pass, why, and until which day");
    }
    return text(entry, name);
  }

  const yaml::Document& m_document;
  std::vector<Diagnostic> m_problems;
};

}  // namespace

bool Allowance::covers(const std::string& finding, const std::string& of_package) const
{
  return id == finding && (package.empty() || package == of_package);
}

Result<std::vector<Allowance>> read_allow_list(const std::filesystem::path& file)
{
  DAVIT_TRY_ASSIGN(const std::string text, read_file(file));
  DAVIT_TRY_ASSIGN(const yaml::Document document, yaml::read(text, file.string()));
  EntryReader reader(document);
  std::vector<Allowance> out;
  if (document.root.kind != yaml::Kind::sequence && document.root.kind != yaml::Kind::null) {
    reader.complain(document.root, fmt::format("an allow list is a list of entries, not {}", yaml::describe(document.root)));
  }
  for (const auto& entry : document.root.elements) {
    if (auto allowance = reader.read(entry)) {
      out.push_back(std::move(*allowance));
    }
  }
  auto problems = reader.take_problems();
  if (problems.empty()) {
    return out;
  }
  Error error = usage_error(fmt::format("{} is no allow list that davit can follow", file.string()));
  error.diagnostics = std::move(problems);
  return fail(std::move(error));
}

}  // namespace davit::commands::image
