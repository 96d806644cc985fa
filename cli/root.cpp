// SPDX-License-Identifier: Apache-2.0
#include "cli/root.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <span>

#include "aws/core/interrupt.hpp"
#include "cli/generate.hpp"
#include "cli/output/error.hpp"
#include "cli/output/exit_code.hpp"
#include "cli/tree.hpp"
#include "cli/usage.hpp"
#include "commands/version/version.hpp"

namespace davit::cli {
namespace {

using Arguments = std::span<const char* const>;

/// The last value typed for a flag, even where the command line cannot be parsed. Both names may be followed by the value or by `=` and it.
std::string_view typed_value(Arguments arguments, std::string_view name, std::string_view short_name = {})
{
  std::string_view value;
  for (std::size_t i = 0; i < arguments.size() && arguments[i] != std::string_view("--"); ++i) {
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

/// What -o says, as far as it can be known before the command line is parsed.
std::optional<Format> typed_format(Arguments arguments)
{
  std::string_view format = typed_value(arguments, "--output", "-o");
  if (const char* const variable = std::getenv("DAVIT_OUTPUT"); format.empty() && variable != nullptr) {
    format = variable;
  }
  const auto parsed = parse_format(format);
  return parsed ? std::optional(*parsed) : std::nullopt;
}

ColorWhen color_of(std::string_view when)
{
  return when == "always" ? ColorWhen::always : when == "never" ? ColorWhen::never : ColorWhen::automatic;
}

int exit_code_after(const Error& error)
{
  return error.kind == ErrorKind::cancelled && interrupted() != 0 ? 128 + interrupted() : exit_code_of(error.kind);
}

/// One run of davit: its arguments and its streams.
class Invocation
{
public:
  Invocation(Arguments arguments, Streams& streams) : m_arguments(arguments), m_streams(&streams), m_format(typed_format(arguments)) {}

  int run();
  int report(const Error& error);

private:
  enum class Then { run, stop };
  int parse(Then then);
  bool parses(Tree& tree) const;
  int explain(Tree& tree);
  int run_command(const Tree& tree, const CLI::App& command);
  int report_missing_command(const Tree& tree, const CLI::App& group);
  int print(const std::string& text);
  [[nodiscard]] bool is_typed(std::string_view word) const;

  Arguments m_arguments;  ///< without the program's name
  Streams* m_streams;
  std::optional<Format> m_format;
};

int Invocation::report(const Error& error)
{
  const Color color = m_streams->use_color(m_streams->err) ? Color::yes : Color::no;
  const bool as_json = m_format == Format::json || m_format == Format::jsonl;
  const int exit_code = exit_code_after(error);
  // What a signal is meant to end, and ended, has nothing to complain of.
  if (error.kind != ErrorKind::cancelled || !error.message.empty()) {
    static_cast<void>(m_streams->err.write(as_json ? render_error_json(error, exit_code) : render_error(error, color)));
  }
  return exit_code;
}

/// A group by itself is a question, but no success for a script.
int Invocation::report_missing_command(const Tree& tree, const CLI::App& group)
{
  const int code = report(missing_command(group));
  if (m_format != Format::json && m_format != Format::jsonl) {
    static_cast<void>(m_streams->err.write("\n" + tree.help_of(group)));
  }
  return code;
}

int Invocation::print(const std::string& text)
{
  auto written = m_streams->out.write(text);
  if (written) {
    written = m_streams->out.flush();
  }
  return written ? 0 : report(written.error());
}

bool Invocation::is_typed(std::string_view word) const
{
  return std::find(m_arguments.begin(), m_arguments.end(), word) != m_arguments.end();
}

int Invocation::run_command(const Tree& tree, const CLI::App& command)
{
  auto globals = tree.globals();
  if (!globals) {
    return report(globals.error());
  }
  m_format = globals->output;
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
  if (const auto empty = empty_assignment(m_arguments)) {
    return report(*empty);
  }
  const auto typed = [this](std::string_view word) { return is_typed(word); };
  Tree tree{Tree::Extent::typed, typed};
  if (parses(tree)) {
    return then == Then::run ? run_command(tree, deepest_command(tree.app)) : 0;
  }
  Tree named{Tree::Extent::named, typed};
  return explain(named);
}

/// Whether the command line is one, and runs a command.
bool Invocation::parses(Tree& tree) const
{
  try {
    tree.parse(m_arguments);
  } catch (const CLI::ParseError&) {
    return false;
  }
  const CLI::App& command = deepest_command(tree.app);
  return !empty_value(command) && tree.registry.run_of(command) != nullptr;
}

/// What there is to say about a command line that runs no command.
int Invocation::explain(Tree& tree)
{
  try {
    tree.parse(m_arguments);
  } catch (const CLI::CallForHelp&) {
    const auto mistyped = mistyped_command(tree.app);
    return mistyped ? report(*mistyped) : print(tree.help_of(deepest_command(tree.app)));
  } catch (const CLI::CallForVersion&) {
    return print(commands::version::version_line());
  } catch (const CLI::ParseError& e) {
    return report(usage_error_of(tree.app, e));
  }
  const CLI::App& command = deepest_command(tree.app);
  const auto empty = empty_value(command);
  return empty ? report(*empty) : report_missing_command(tree, command);
}

int Invocation::run()
{
  if (m_arguments.empty()) {
    const char* const words[] = {"--help"};
    return Invocation{words, *m_streams}.parse(Then::run);
  }
  const std::string_view first = m_arguments.front();
  if (first == "--version") {
    return print(commands::version::version_line());
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
