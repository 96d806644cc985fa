// SPDX-License-Identifier: Apache-2.0
#include "cli/root.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "aws/core/interrupt.hpp"
#include "cli/docs/help.hpp"
#include "cli/generate.hpp"
#include "cli/output/error.hpp"
#include "cli/output/exit_code.hpp"
#include "cli/tree.hpp"
#include "cli/usage.hpp"

namespace davit::cli {
namespace {

using Arguments = std::span<const char* const>;

/// The format of errors, even where the command line could not be parsed.
bool errors_as_json(Arguments arguments)
{
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view word = arguments[i];
    const bool named_next = (word == "-o" || word == "--output") && i + 1 < arguments.size();
    const std::string_view value = named_next ? arguments[i + 1] : word.starts_with("--output=") ? word.substr(9) : word.starts_with("-o") ? word.substr(2) : "";
    if (value == "json" || value == "jsonl") {
      return true;
    }
  }
  return false;
}

int exit_code_after(const Error& error)
{
  return error.kind == ErrorKind::cancelled && interrupted() != 0 ? 128 + interrupted() : exit_code_of(error.kind);
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
      return report(usage_error(fmt::format("there is no command and no help topic '{}'", word), "see `davit --help`"));
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
  Streams streams;
  Invocation invocation{Arguments{argv + 1, static_cast<std::size_t>(argc > 0 ? argc - 1 : 0)}, streams};
  try {
    return invocation.run();
  } catch (const std::exception& e) {
    return invocation.report({.kind = ErrorKind::bug,
                              .message = fmt::format("internal error: {}", e.what()),
                              .hint = "this is a bug in davit; please report it with the command line"});
  }
}

}  // namespace davit::cli
