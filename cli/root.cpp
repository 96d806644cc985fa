// SPDX-License-Identifier: Apache-2.0
#include "cli/root.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>

#include "aws/core/interrupt.hpp"
#include "cli/command.hpp"
#include "cli/context.hpp"
#include "cli/output/exit_code.hpp"
#include "cli/nouns.hpp"
#include "cli/output/error.hpp"

namespace davit::cli {
namespace {

void add_global_flags(CLI::App& root, Globals& globals, std::string& output)
{
  root.add_option("--env", globals.environment, "Environment of davit.yaml; `local` is the embedded local AWS")->envname("DAVIT_ENV")->type_name("NAME");
  root.add_option("--project", globals.project_file, "Project file (default: davit.yaml here or in a folder above)")
      ->envname("DAVIT_PROJECT")
      ->type_name("FILE");
  root.add_option("--profile", globals.profile, "Profile of the AWS configuration files")->type_name("NAME");
  root.add_option("--region", globals.region, "AWS region")->type_name("REGION");
  root.add_option("--endpoint-url", globals.endpoint_url, "Send every request to this URL")->type_name("URL");
  root.add_option("--state", globals.state, "Folder of the local AWS (default: .davit/local)")->type_name("DIR");
  root.add_option("-o,--output", output, "Output format: table, json, jsonl, yaml or tsv")->envname("DAVIT_OUTPUT")->type_name("FORMAT");
  root.add_flag("--debug", globals.debug, "Log what is sent and received, without secrets, to stderr");
  root.add_flag("-q,--quiet", globals.quiet, "No progress and no notices");
}

/// Adds the commands of the noun that was typed; of all nouns when none was.
void add_commands(CLI::App& root, Registry& registry, int argc, const char* const* argv)
{
  const auto typed = [&](const Noun& noun) { return std::find(argv + 1, argv + argc, std::string_view(noun.name)) != argv + argc; };
  for (const auto& noun : nouns()) {
    if (typed(noun)) {
      noun.add(root, registry);
    } else {
      root.add_subcommand(noun.name, noun.summary);
    }
  }
}

const CLI::App& deepest_command(const CLI::App& app)
{
  const auto parsed = app.get_subcommands();
  return parsed.empty() ? app : deepest_command(*parsed.front());
}

int report(const Error& error, const Globals& globals, Streams& streams)
{
  const bool as_json = globals.output == Format::json || globals.output == Format::jsonl;
  const Color color = streams.use_color(streams.err) ? Color::yes : Color::no;
  static_cast<void>(streams.err.write(as_json ? render_error_json(error) : render_error(error, color)));
  return exit_code_of(error.kind);
}

Status print(const Document& document, const Globals& globals, Streams& streams)
{
  DAVIT_TRY(streams.out.write(render(document, globals.output, streams.out.is_terminal())));
  return streams.out.flush();
}

int run_command(const CLI::App& command, const Registry& registry, const Globals& globals, Streams& streams)
{
  const Run* run = registry.run_of(command);
  if (run == nullptr) {
    return report(usage_error(fmt::format("'{}' needs a command", command.get_name()), "see --help"), globals, streams);
  }
  Context context{globals, streams};
  auto outcome = (*run)(context);
  if (!outcome) {
    return report(outcome.error(), globals, streams);
  }
  if (const auto printed = print(outcome->document, globals, streams); !printed) {
    return report(printed.error(), globals, streams);
  }
  return outcome->failure ? report(*outcome->failure, globals, streams) : 0;
}

Result<Globals> finish(Globals globals, const std::string& output)
{
  if (!output.empty()) {
    DAVIT_TRY_ASSIGN(globals.output, parse_format(output));
  }
  return globals;
}

int parse_and_run(int argc, const char* const* argv, Streams& streams)
{
  CLI::App root{"Takes a serverless backend from a YAML file to a smoke-tested release", "davit"};
  root.fallthrough();
  Registry registry;
  Globals globals;
  std::string output;
  add_global_flags(root, globals, output);
  add_commands(root, registry, argc, argv);
  try {
    root.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    static_cast<void>(streams.out.write(deepest_command(root).help()));
    return 0;
  } catch (const CLI::ParseError& e) {
    return report(usage_error(e.what(), "see davit --help"), globals, streams);
  }
  auto finished = finish(std::move(globals), output);
  if (!finished) {
    return report(finished.error(), Globals{}, streams);
  }
  return run_command(deepest_command(root), registry, *finished, streams);
}

}  // namespace

int run_davit(int argc, const char* const* argv)
{
  install_signal_handlers();
  Streams streams;
  try {
    return parse_and_run(argc, argv, streams);
  } catch (const std::exception& e) {
    const Error bug{.kind = ErrorKind::bug, .message = fmt::format("internal error: {}", e.what()), .hint = "this is a bug in davit; please report it with the command line"};
    return report(bug, Globals{}, streams);
  }
}

}  // namespace davit::cli
