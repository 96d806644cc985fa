// SPDX-License-Identifier: Apache-2.0
#include "cli/yaml/reader.hpp"

#include <fmt/format.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <sstream>

#include "cli/yaml/builder.hpp"
#include "cli/yaml/source_text.hpp"

namespace davit::cli::yaml {
namespace {

struct Explanation {
  std::string_view parser_says;
  std::string_view message;
  std::string_view hint;
};

/// yaml-cpp names the rule of its scanner; these name what the writer of the file sees.
constexpr Explanation k_explanations[] = {
    {"illegal map value", "a `:` is not allowed here", "indent the key like its neighbours, or put a text that holds `: ` in quotes"},
    {"illegal map key", "a key is not allowed here", "indent it like its neighbours"},
    {"illegal block entry", "a `-` is not allowed here", "start the list on a line of its own, indented like its neighbours"},
    {"end of sequence flow not found", "the list that opens here with `[` is not closed", "add `]`, and a comma between elements"},
    {"end of map flow not found", "the map that opens here with `{` is not closed", "add `}`, and a comma between members"},
    {"end of map not found", "this does not belong to the value before it", "check the indentation and the quotes"},
    {"end of sequence not found", "this does not belong to the list before it", "check the indentation and the quotes"},
    {"unknown token", "no value starts with this character", "put the text in quotes"},
    {"the referenced anchor is not defined", "no value above has this anchor", "write the anchor as `&name` before the alias `*name`"},
    {"alias not found after *", "a `*` begins an alias, and no name follows", "put a text that begins with `*` in quotes"},
    {"anchor not found after &", "a `&` begins an anchor, and no name follows", "put a text that begins with `&` in quotes"},
    {"bad character found while scanning hex number", "an escape of this text lacks hex digits", "write \\xHH, \\uHHHH or \\UHHHHHHHH"},
    {"illegal flow end", "this bracket closes nothing", "remove it, or put the text in quotes"},
    {"bad file", "values are nested too deep", ""},
};

bool indented_by_tab(const SourceText& source, int line)
{
  const auto index = static_cast<std::size_t>(line) - 1;
  if (line < 1 || index >= source.lines.size()) {
    return false;
  }
  const std::string& text = source.lines[index];
  return text.substr(0, text.find_first_not_of(" \t")).find('\t') != std::string::npos;
}

Refused explain(const YAML::Exception& error, const Builder& builder, const SourceText& source)
{
  Refused refused{.line = error.mark.line + 1, .column = error.mark.column + 1, .message = error.msg, .hint = {}};
  for (const auto& known : k_explanations) {
    if (error.msg == known.parser_says) {
      refused.message = known.message;
      refused.hint = known.hint;
    }
  }
  if (error.msg.starts_with("unknown escape character")) {
    refused.message = fmt::format("`\\{}` is no escape of a text in double quotes", error.msg.back());
    refused.hint = "double the backslash, or use single quotes";
  }
  if (indented_by_tab(source, refused.line)) {
    refused.message = "a tab in the indentation";
    refused.hint = "YAML is indented by spaces";
    refused.column = static_cast<int>(source.lines[static_cast<std::size_t>(refused.line) - 1].find('\t')) + 1;
  }
  if (const int opened = builder.quotes_opened_for(refused.line); opened != 0) {
    refused.hint = fmt::format("the quotes that open in line {} close in this one", opened);
  }
  const bool brackets = refused.message.find("opens here") != std::string::npos;
  if (const Node* node = builder.open_brackets(); brackets && node != nullptr) {
    refused.line = node->line;
    refused.column = node->column;
  }
  return refused;
}

Error syntax_error(const Document& document, const Refused& refused)
{
  Error error = usage_error(fmt::format("{} is no YAML that davit can read", document.name));
  const Node at{.line = refused.line, .column = refused.column};
  error.diagnostics.push_back(document.diagnostic(at, refused.message, refused.hint));
  return error;
}

Diagnostic duplicate_key(const Document& document, const Builder::Duplicate& duplicate)
{
  return document.diagnostic(duplicate.key, fmt::format("the key \"{}\" appears a second time; the first is in line {}", duplicate.key.text,
                                                        duplicate.first_line));
}

/// Runs the parser to the end of the text, so that a second document is seen.
std::optional<Refused> parse(const SourceText& source, Builder& builder)
{
  try {
    std::istringstream stream{source.text};
    YAML::Parser parser{stream};
    while (parser.HandleNextDocument(builder)) {
    }
    return std::nullopt;
  } catch (const Refused& refused) {
    return refused;
  } catch (const YAML::Exception& error) {
    return explain(error, builder, source);
  }
}

}  // namespace

Result<Document> read(std::string_view text, std::string_view name, std::vector<Diagnostic>& problems)
{
  DAVIT_TRY_ASSIGN(const SourceText source, prepare(text, name));
  Document document{.name = source.name, .lines = source.lines, .root = {}};
  Builder builder{source};
  if (const auto refused = parse(source, builder)) {
    return fail(syntax_error(document, *refused));
  }
  document.root = builder.take_root();
  for (const auto& duplicate : builder.duplicates()) {
    problems.push_back(duplicate_key(document, duplicate));
  }
  return document;
}

Result<Document> read(std::string_view text, std::string_view name)
{
  std::vector<Diagnostic> problems;
  DAVIT_TRY_ASSIGN(Document document, read(text, name, problems));
  if (!problems.empty()) {
    Error error = usage_error(fmt::format("{} has keys that appear twice", document.name));
    error.diagnostics = std::move(problems);
    return fail(std::move(error));
  }
  return document;
}

}  // namespace davit::cli::yaml
