// SPDX-License-Identifier: Apache-2.0
#include "cli/docs/help.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace davit::cli::docs {
namespace {

constexpr std::size_t k_width = 100;

/// Words wrapped at the width, each line after the first indented.
std::string wrap(const std::string& text, std::size_t indent, std::size_t column)
{
  std::string out;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    const std::size_t length = end - begin;
    if (column > indent && column + length + 1 > k_width) {
      out += '\n' + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      out += ' ';
      ++column;
    }
    out += text.substr(begin, length);
    column += length;
    begin = end + 1;
  }
  return out;
}

using Entry = std::pair<std::string, std::string>;

std::string section(const std::string& title, const std::vector<Entry>& entries)
{
  if (entries.empty()) {
    return {};
  }
  std::size_t widest = 0;
  for (const auto& [name, unused] : entries) {
    widest = std::max(widest, std::min<std::size_t>(name.size(), 30));
  }
  const std::size_t indent = widest + 4;
  std::string out = "\n" + title + ":\n";
  for (const auto& [name, text] : entries) {
    const bool fits = name.size() <= widest;
    const std::string gap = fits ? std::string(indent - 2 - name.size(), ' ') : "\n" + std::string(indent, ' ');
    out += "  " + name + gap + wrap(text, indent, indent) + "\n";
  }
  return out;
}

Entry entry_of(const OptionModel& option)
{
  std::string name = fmt::format("{}", fmt::join(option.names, ", "));
  if (!option.positional && !option.value.empty()) {
    name += " " + option.value;
  }
  return {name, documentation_of(option) + (option.variable.empty() ? "" : fmt::format(" [{}]", option.variable))};
}

std::vector<Entry> entries_of(const CommandModel& command, bool positional)
{
  std::vector<Entry> out;
  for (const auto& option : command.options) {
    if (option.positional == positional) {
      out.push_back(entry_of(option));
    }
  }
  return out;
}

std::string examples_text(const CommandModel& command)
{
  std::string out = command.examples.empty() ? "" : "\nExamples:\n";
  for (const auto& example : command.examples) {
    out += fmt::format("  # {}\n  $ {}\n", example.explanation, example.command);
  }
  return out;
}

std::string commands_text(const CommandModel& command)
{
  std::vector<Entry> entries;
  for (const auto& sub : command.commands) {
    entries.emplace_back(sub.name(), sub.summary);
  }
  return section("Commands", entries);
}

/// A line that begins with a space is an example, and stays as it is.
std::string plain_paragraphs(const std::string& text)
{
  std::string out;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string line = text.substr(begin, end - begin);
    out += (line.starts_with(' ') ? line : wrap(line, 0, 0)) + "\n";
    begin = end + 1;
  }
  return out;
}

constexpr const char* k_exit_codes =
    "Every command ends with one of these. Batches end with the worst of their parts, never with a count.\n"
    "\n"
    "    0  done\n"
    "    1  the operation failed: a function error, a failed smoke check, rejected items, an invalid token\n"
    "    2  usage or configuration; nothing was sent\n"
    "    3  the named thing does not exist\n"
    "    4  credentials are missing, expired or denied\n"
    "    5  conflict: it exists already, or changed meanwhile\n"
    "    6  time-out, throttling or network: trying again may help\n"
    "    8  differences were found (only with --exit-code)\n"
    "   70  a bug in davit\n"
    "  130  interrupted (SIGINT); 143 terminated (SIGTERM)\n";

constexpr const char* k_environment =
    "A flag wins over DAVIT_* variables, those over AWS variables, those over the environment block of davit.yaml, that over the\n"
    "rest of the file, that over the AWS profile, that over the default. `davit config show` prints where each value came from.\n"
    "\n"
    "  DAVIT_ENV, DAVIT_PROJECT, DAVIT_PROFILE, DAVIT_REGION, DAVIT_OUTPUT   as --env, --project, --profile, --region, -o\n"
    "  DAVIT_INSTALLER   pip or uv, as --installer of image build and image verify; for deploy as well\n"
    "  AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN\n"
    "  AWS_PROFILE, AWS_REGION, AWS_DEFAULT_REGION, AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE, AWS_CA_BUNDLE\n"
    "  AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_<SERVICE>, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS, AWS_MAX_ATTEMPTS, AWS_RETRY_MODE\n"
    "  NO_COLOR, CLICOLOR_FORCE, FORCE_COLOR                  whether to colour\n"
    "\n"
    "With --env local every AWS variable is ignored: endpoint and keys come from the folder of the local AWS alone.\n";

constexpr const char* k_output =
    "Results go to stdout, everything else to stderr. On a terminal the result is a table; elsewhere it is JSON. -o chooses:\n"
    "\n"
    "  table  for people; columns may change at any time\n"
    "  json   one document; members are only ever added, lowerCamelCase, RFC 3339 times, units in names\n"
    "  jsonl  one element a line, for commands whose result is a list\n"
    "  yaml   the same document as JSON\n"
    "  tsv    the rows of the table, tab-separated\n"
    "\n"
    "With -o json or jsonl an error is one JSON object on stderr.\n";

}  // namespace

std::string usage_line(const CommandModel& command)
{
  std::string out = command.full_name();
  for (const auto& option : command.options) {
    if (option.positional) {
      const std::string name = option.names.front() + (option.repeated ? "..." : "");
      out += option.required ? " " + name : " [" + name + "]";
    }
  }
  return out + (command.commands.empty() ? " [flags]" : " COMMAND [flags]");
}

std::string help_text(const CommandModel& command, const CommandModel& root)
{
  std::string out = command.summary + "\n\nUsage: " + usage_line(command) + "\n";
  if (!command.description.empty()) {
    out += "\n" + plain_paragraphs(command.description);
  }
  out += examples_text(command) + commands_text(command) + section("Arguments", entries_of(command, true));
  const bool is_root = command.path.size() == 1;
  out += section(is_root ? "Flags of every command" : "Flags", entries_of(command, false));
  out += is_root ? section("Help topics (davit help TOPIC)", help_topics()) : section("Flags of every command", entries_of(root, false));
  return out;
}

std::string help_topic(const std::string& name)
{
  return name == "exit-codes" ? k_exit_codes : name == "environment" ? k_environment : name == "output" ? k_output : "";
}

std::vector<std::pair<std::string, std::string>> help_topics()
{
  return {{"environment", "variables that davit reads, and what wins over what"},
          {"exit-codes", "what each exit code means"},
          {"output", "output formats, for people and for scripts"}};
}

}  // namespace davit::cli::docs
