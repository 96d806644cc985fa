// SPDX-License-Identifier: Apache-2.0
#include "commands/item/exact_yaml.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/yaml/reader.hpp"
#include "cli/yaml/scalar.hpp"

namespace davit::commands::item {

using aws::dynamodb::format::ExactJson;
using aws::dynamodb::format::JsonMember;
using aws::dynamodb::format::TextSource;
using cli::yaml::Node;

namespace {

/// An optional minus, digits without a leading zero, an optional fraction: what every reader of YAML takes for the same number.
bool is_decimal(std::string_view text)
{
  const auto digits = [](std::string_view part) { return !part.empty() && part.find_first_not_of("0123456789") == std::string_view::npos; };
  text.remove_prefix(text.starts_with('-') ? 1 : 0);
  const auto dot = text.find('.');
  const auto whole = text.substr(0, dot);
  return digits(whole) && (whole == "0" || whole.front() != '0') && (dot == std::string_view::npos || digits(text.substr(dot + 1)));
}

class YamlConverter
{
public:
  YamlConverter(const cli::yaml::Document& document, std::vector<Diagnostic>& problems) : m_document(document), m_problems(problems) {}

  ExactJson convert(const Node& node)
  {
    ExactJson out = node.kind == cli::yaml::Kind::scalar ? scalar(node) : ExactJson{};
    if (node.kind == cli::yaml::Kind::sequence) {
      out.kind = ExactJson::Kind::array;
      for (const auto& element : node.elements) {
        out.elements.push_back(convert(element));
      }
    }
    if (node.kind == cli::yaml::Kind::mapping) {
      out.kind = ExactJson::Kind::object;
      for (const auto& member : node.members) {
        out.members.push_back({.name = member.key.text, .value = convert(member.value)});
      }
    }
    out.at = {.line = node.line, .column = node.column};
    return out;
  }

private:
  ExactJson scalar(const Node& node)
  {
    if (!node.quoted && is_decimal(node.text)) {
      return {.kind = ExactJson::Kind::number, .text = node.text};
    }
    // What readers of YAML disagree about is a problem here too.
    const OrderedJson json = cli::yaml::to_json(node, [this](const Node& at, const cli::yaml::Complaint& complaint) {
      m_problems.push_back(m_document.diagnostic(at, complaint.message, complaint.hint));
    });
    if (json.is_boolean()) {
      return {.kind = ExactJson::Kind::boolean, .truth = json.get<bool>()};
    }
    return json.is_null() ? ExactJson{} : ExactJson{.kind = ExactJson::Kind::string, .text = node.text};
  }

  const cli::yaml::Document& m_document;
  std::vector<Diagnostic>& m_problems;
};

Error unreadable_json(const std::string& name, const aws::dynamodb::format::Problem& problem)
{
  Error error = usage_error(fmt::format("{} is no JSON", name));
  error.diagnostics.push_back(
      {.file = name, .line = static_cast<int>(problem.at.line), .column = problem.at.column, .message = problem.message});
  return error;
}

Result<ExactJson> read_exact_json(std::string_view text, const std::string& name)
{
  auto source = TextSource::of_text(std::string(text), name);
  auto json = aws::dynamodb::format::read_json(source);
  if (!json) {
    return fail(unreadable_json(name, json.error()));
  }
  aws::dynamodb::format::skip_white_space(source);
  if (source.peek() != TextSource::k_end) {
    return fail(unreadable_json(name, aws::dynamodb::format::unexpected_byte(source, "nothing more")));
  }
  return std::move(*json);
}

}  // namespace

Result<ExactJson> read_exactly(std::string_view text, const std::string& name)
{
  const auto start = text.find_first_not_of(" \t\r\n");
  const bool begins_as_json = start != std::string_view::npos && (text[start] == '{' || text[start] == '[');
  const bool is_yaml = name.ends_with(".yaml") || name.ends_with(".yml");
  if (!is_yaml && (begins_as_json || name.ends_with(".json"))) {
    return read_exact_json(text, name);
  }
  Error error = usage_error(fmt::format("{} is no YAML that means one thing", name));
  DAVIT_TRY_ASSIGN(const auto document, cli::yaml::read(text, name, error.diagnostics));
  ExactJson out = YamlConverter{document, error.diagnostics}.convert(document.root);
  return error.diagnostics.empty() ? Result<ExactJson>(std::move(out)) : fail(std::move(error));
}

}  // namespace davit::commands::item
