// SPDX-License-Identifier: Apache-2.0
// `variable` blocks in Terraform's JSON syntax: https://developer.hashicorp.com/terraform/language/syntax/json
#include <fmt/format.h>

#include <iterator>
#include <nlohmann/json.hpp>

#include "aws/core/json.hpp"
#include "commands/terraform/module.hpp"

namespace davit::commands::terraform {
namespace {

/// Feeds the parser, and knows how far it has read: the parser's events carry no place.
struct CountingIterator {
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  const char* at = nullptr;
  const char** read = nullptr;

  reference operator*() const { return *at; }
  CountingIterator& operator++()
  {
    *read = ++at;
    return *this;
  }
  bool operator==(const CountingIterator& other) const { return at == other.at; }
  bool operator!=(const CountingIterator& other) const { return at != other.at; }
};

/// Notes the byte after the key of each member of the top-level member "variable", through lists too.
class VariableLocator : public nlohmann::json_sax<Json>
{
public:
  VariableLocator(const char* begin, const char** read) : m_begin(begin), m_read(read) {}

  std::map<std::string, std::size_t> offsets;

  bool key(string_t& name) override
  {
    m_path.back() = name;
    if (m_path.size() == 2 && m_path.front() == "variable") {
      offsets.emplace(name, static_cast<std::size_t>(*m_read - m_begin));
    }
    return true;
  }
  bool start_object(std::size_t /*elements*/) override
  {
    m_path.emplace_back();
    return true;
  }
  bool end_object() override
  {
    m_path.pop_back();
    return true;
  }
  bool null() override { return true; }
  bool boolean(bool /*value*/) override { return true; }
  bool number_integer(number_integer_t /*value*/) override { return true; }
  bool number_unsigned(number_unsigned_t /*value*/) override { return true; }
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return true; }
  bool string(string_t& /*value*/) override { return true; }
  bool binary(binary_t& /*value*/) override { return true; }
  bool start_array(std::size_t /*elements*/) override { return true; }
  bool end_array() override { return true; }
  bool parse_error(std::size_t /*position*/, const std::string& /*token*/, const nlohmann::detail::exception& /*error*/) override
  {
    return false;
  }

private:
  const char* m_begin;
  const char** m_read;
  std::vector<std::string> m_path;
};

std::map<std::string, std::size_t> locate_variables(const std::string& source)
{
  const char* begin = source.data();
  const char* read = begin;
  VariableLocator locator{begin, &read};
  Json::sax_parse(CountingIterator{begin, &read}, CountingIterator{begin + source.size(), &read}, &locator);
  return std::move(locator.offsets);
}

/// The place of the key, for which the parser has read up to its closing quote.
Diagnostic place_of(const TokenizedFile& file, const std::string& name, const std::map<std::string, std::size_t>& offsets)
{
  const auto found = offsets.find(name);
  const std::size_t end = found == offsets.end() ? 0 : found->second;
  const std::size_t start = file.source.rfind('"' + name + '"', end);
  Diagnostic place = file.diagnostic(start == std::string::npos ? 0 : start, {});
  place.width = static_cast<int>(name.size()) + 2;
  return place;
}

/// A type stands in JSON as a text in the native syntax.
Result<Type> type_of(const Json& declaration, const Diagnostic& place)
{
  const auto found = declaration.find("type");
  if (found == declaration.end()) {
    return Type{};
  }
  const auto refused = [&](std::string message) {
    Error error = usage_error(fmt::format("{} has a type that davit cannot read", place.file));
    error.diagnostics.push_back(place);
    error.diagnostics.back().message = std::move(message);
    return fail(std::move(error));
  };
  if (!found->is_string()) {
    return refused("the type must be a text, for example \"map(string)\"");
  }
  DAVIT_TRY_ASSIGN(const TokenizedFile expression, tokenize(found->get<std::string>(), place.file));
  std::size_t at = 0;
  auto type = read_type(expression, at);
  return type ? std::move(type) : refused(fmt::format("in its type {}: {}", found->dump(), type.error().diagnostics.front().message));
}

Result<Variable> variable_of(const TokenizedFile& file, const std::string& name, const Json& declaration,
                             const std::map<std::string, std::size_t>& offsets)
{
  Variable variable{.name = name, .type = {}, .place = place_of(file, name, offsets)};
  const Json& body = declaration.is_array() && !declaration.empty() ? declaration.front() : declaration;
  if (!body.is_object()) {
    Error error = usage_error(fmt::format("{} is no Terraform configuration", file.name));
    error.diagnostics.push_back(variable.place);
    error.diagnostics.back().message = fmt::format("the variable \"{}\" must be an object", name);
    return fail(std::move(error));
  }
  DAVIT_TRY_ASSIGN(variable.type, type_of(body, variable.place));
  variable.has_default = body.contains("default");
  variable.nullable = !body.contains("nullable") || body["nullable"] != false;
  variable.sensitive = body.contains("sensitive") && body["sensitive"] == true;
  variable.has_validation = body.contains("validation");
  return variable;
}

}  // namespace

Result<std::vector<Variable>> read_json_variables(const std::string& source, const std::string& name)
{
  DAVIT_TRY_ASSIGN(const Json document, parse_json(source, name));
  const TokenizedFile file{.name = name, .source = source, .tokens = {}};
  std::vector<Variable> variables;
  if (!document.is_object() || !document.contains("variable")) {
    return variables;
  }
  const auto offsets = locate_variables(source);
  const Json& blocks = document["variable"];
  for (const Json& block : blocks.is_array() ? blocks : Json::array({blocks})) {
    for (const auto& [key, declaration] : block.items()) {
      DAVIT_TRY_ASSIGN(Variable variable, variable_of(file, key, declaration, offsets));
      variables.push_back(std::move(variable));
    }
  }
  return variables;
}

}  // namespace davit::commands::terraform
