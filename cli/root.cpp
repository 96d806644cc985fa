// SPDX-License-Identifier: Apache-2.0
#include "cli/root.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <span>

#include "aws/core/interrupt.hpp"
#include "aws/core/spelling.hpp"
#include "cli/docs/help.hpp"
#include "cli/generate.hpp"
#include "cli/output/error.hpp"
#include "cli/output/exit_code.hpp"
#include "cli/tree.hpp"
#include "cli/usage.hpp"

namespace davit::cli {
namespace {

using Arguments = std::span<const char* const>;

/// The last value typed for a flag, even where the command line cannot be parsed. Both names may be followed by the value or by `=` and it.
std::string_view typed_value(Arguments arguments, std::string_view name, std::string_view short_name = {})
{
  std::string_view value;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view word = arguments[i];
    if ((word == name || (word == short_name && !word.empty())) && i + 1 < arguments.size()) {
      value = arguments[i + 1];
    } else if (word.starts_with(name) && word.substr(name.size()).starts_with("=")) {
      value = word.substr(name.size() + 1);
    } else if (!short_name.empty() && word.starts_with(short_name) && word.size() > short_name.size()) {
      value = word.substr(short_name.size());
    }
  }
  return value;
}

bool errors_as_json(Arguments arguments)
{
  std::string_view format = typed_value(arguments, "--output", "-o");
  if (const char* const variable = std::getenv("DAVIT_OUTPUT"); format.empty() && variable != nullptr) {
    format = variable;
  }
  return format == "json" || format == "jsonl";
}

ColorWhen color_of(std::string_view when)
{
  return when == "always" ? ColorWhen::always : when == "never" ? ColorWhen::never : ColorWhen::automatic;
}

int exit_code_after(const Error& error)
{
  return error.kind == ErrorKind::cancelled && interrupted() != 0 ? 128 + interrupted() : exit_code_of(error.kind);
}

Error no_such_help(const CLI::App& command, const std::string& word)
{
  if (command.get_parent() != nullptr) {
    return unknown_command(command, word);
  }
  std::vector<std::string> known = commands_of(command);
  for (const auto& [topic, unused] : docs::help_topics()) {
    known.push_back(topic);
  }
  const auto suggestion = nearest(word, known);
  return usage_error(fmt::format("there is no command and no help topic '{}'", word),
                     suggestion ? fmt::format("did you mean '{}'? Else see `davit --help`", *suggestion) : "see `davit --help`");
}

/// One run of davit: its arguments and its streams.
class Invocation
{
public:
  Invocation(Arguments arguments, Streams& streams) : m_arguments(arguments), m_streams(&streams) {}

  int run();
  int report(const Error& error);

private:
  int help(Arguments words);
  enum class Then { run, stop };
  int parse(Then then);
  int run_command(const Tree& tree, const CLI::App& command);
  int show_help(const Tree& tree, const CLI::App& command, OutStream& stream, int exit_code);
  int print(const std::string& text);
  [[nodiscard]] bool is_typed(std::string_view noun) const;

  Arguments m_arguments;  ///< without the program's name
  Streams* m_streams;
};

int Invocation::report(const Error& error)
{
  const Color color = m_streams->use_color(m_streams->err) ? Color::yes : Color::no;
  const std::string text = errors_as_json(m_arguments) ? render_error_json(error) : render_error(error, color);
  static_cast<void>(m_streams->err.write(text));
  return exit_code_after(error);
}

int Invocation::print(const std::string& text)
{
  auto written = m_streams->out.write(text);
  if (written) {
    written = m_streams->out.flush();
  }
  return written ? 0 : report(written.error());
}

bool Invocation::is_typed(std::string_view noun) const
{
  return std::any_of(m_arguments.begin(), m_arguments.end(), [noun](std::string_view word) { return word == noun; });
}

int Invocation::show_help(const Tree& tree, const CLI::App& command, OutStream& stream, int exit_code)
{
  const std::string text = docs::help_text(docs::model_of(command, tree.registry), docs::model_of(tree.app, tree.registry));
  if (&stream == &m_streams->out) {
    return print(text);
  }
  static_cast<void>(stream.write(text));
  return exit_code;
}

/// `davit help`, `davit help TOPIC`, `davit help table seed`.
int Invocation::help(Arguments words)
{
  if (!words.empty()) {
    if (const std::string topic = docs::help_topic(words.front()); !topic.empty()) {
      return print(topic);
    }
  }
  const Tree tree{[this](std::string_view noun) { return is_typed(noun); }};
  const CLI::App* command = &tree.app;
  for (const std::string word : words) {
    const auto found = command->get_subcommands([&word](const CLI::App* candidate) { return candidate->check_name(word); });
    if (found.empty()) {
      return report(no_such_help(*command, word));
    }
    command = found.front();
  }
  return show_help(tree, *command, m_streams->out, 0);
}

int Invocation::run_command(const Tree& tree, const CLI::App& command)
{
  auto globals = tree.globals();
  if (!globals) {
    return report(globals.error());
  }
  m_streams->set_color(globals->color);
  if (globals->no_input) {
    m_streams->forbid_prompts();
  }
  Context context{*globals, *m_streams};
  auto outcome = (*tree.registry.run_of(command))(context);
  if (!outcome) {
    return report(outcome.error());
  }
  const int printed = print(render(outcome->document, globals->output, m_streams->out.is_terminal()));
  return outcome->failure ? report(*outcome->failure) : printed;
}

int Invocation::parse(Then then)
{
  Tree tree{[this](std::string_view noun) { return is_typed(noun); }};
  std::vector<std::string> reversed(m_arguments.rbegin(), m_arguments.rend());
  try {
    tree.app.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    return show_help(tree, deepest_command(tree.app), m_streams->out, 0);
  } catch (const CLI::ParseError& e) {
    return report(usage_error_of(tree.app, e));
  }
  const CLI::App& command = deepest_command(tree.app);
  if (tree.registry.run_of(command) != nullptr) {
    return then == Then::run ? run_command(tree, command) : 0;
  }
  // A group by itself is a question, but no success for a script.
  return show_help(tree, command, m_streams->err, exit_code_of(ErrorKind::usage));
}

int Invocation::run()
{
  const std::string_view first = m_arguments.empty() ? "--help" : m_arguments.front();
  if (first == "help" || m_arguments.empty()) {
    return help(m_arguments.empty() ? m_arguments : m_arguments.subspan(1));
  }
  if (first == "--version") {
    const char* const words[] = {"version"};
    return Invocation{words, *m_streams}.run();
  }
  if (first == "__generate") {
    const auto generated = generate(m_arguments.subspan(1));
    return generated ? 0 : report(generated.error());
  }
  if (first == "__parse") {
    // For the test that holds documented examples against the tree: says whether this command line would run, without running it.
    return Invocation{m_arguments.subspan(1), *m_streams}.parse(Then::stop);
  }
  return parse(Then::run);
}

}  // namespace

int run_davit(int argc, const char* const* argv)
{
  install_signal_handlers();
  occupy_standard_descriptors();
  Streams streams;
  const Arguments arguments{argv + 1, static_cast<std::size_t>(argc > 0 ? argc - 1 : 0)};
  // Already before parsing, so that an error of the command line itself follows it.
  streams.set_color(color_of(typed_value(arguments, "--color")));
  Invocation invocation{arguments, streams};
  try {
    return invocation.run();
  } catch (const std::exception& e) {
    return invocation.report({.kind = ErrorKind::bug,
                              .message = fmt::format("internal error: {}", e.what()),
                              .hint = "this is a bug in davit; please report it with the command line"});
  }
}

}  // namespace davit::cli
