// SPDX-License-Identifier: Apache-2.0
#include "commands/table/wait.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <memory>

#include "aws/core/time.hpp"
#include "cli/choice.hpp"
#include "cli/term/progress.hpp"
#include "commands/table/readiness.hpp"
#include "commands/table/target.hpp"

namespace davit::commands::table {
namespace {

cli::CommandDoc wait_doc()
{
  return {.summary = "Wait until tables and their indexes are active, or gone",
          .description = "Asks often at first and every five seconds at last, so that a table that is ready at once costs one call.",
          .examples = {{"davit table wait products --env dev", "Until a table of davit.yaml and all its indexes are active"},
                       {"davit table wait shop-dev-products --for deleted --timeout 2m", "Until a table is gone"}}};
}

struct WaitFlags {
  std::vector<std::string> names;
  std::string awaited = "active";
  std::string timeout = "10m";
};

Result<cli::Outcome> run(cli::Context& context, const WaitFlags& flags)
{
  DAVIT_TRY_ASSIGN(const auto targets, find_targets(context, flags.names));
  DAVIT_TRY_ASSIGN(const auto limit, parse_duration(flags.timeout));
  DAVIT_TRY_ASSIGN(auto client, make_client(context));
  const Awaited awaited = flags.awaited == "deleted" ? Awaited::deleted : Awaited::active;
  cli::Progress progress{context.streams(), context.globals().quiet ? cli::Progress::Show::never : cli::Progress::Show::on_terminal};
  OrderedJson names = OrderedJson::array();
  for (const auto& target : targets) {
    if (awaited == Awaited::active) {
      DAVIT_TRY(describe(context, client, target));
    }
    DAVIT_TRY(wait_until(client, target.physical_name, awaited, limit, [&](std::string_view line) { progress.update(line); }));
    names.push_back(target.physical_name);
  }
  return cli::Outcome{.document = {.data = {{"tables", std::move(names)}, {"state", flags.awaited}}}};
}

}  // namespace

void add_wait(CLI::App& group, cli::Registry& registry)
{
  auto flags = std::make_shared<WaitFlags>();
  CLI::App& command = registry.add(group, "wait", wait_doc());
  command.add_option("NAME", flags->names, "Keys of davit.yaml or names of any tables; every table of davit.yaml when none is named")
      ->type_name("NAME");
  command.add_option("--for", flags->awaited, "active (default) or deleted")->type_name("STATE")->check(cli::one_of({"active", "deleted"}));
  command.add_option("--timeout", flags->timeout, "Give up after this time (default: 10m)")->type_name("DURATION");
  registry.bind(command, [flags](cli::Context& context) { return run(context, *flags); });
}

}  // namespace davit::commands::table
