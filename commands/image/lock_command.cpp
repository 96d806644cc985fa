// SPDX-License-Identifier: Apache-2.0
// The command lines of `davit image lock` and `davit image base`; what they do is in lock.cpp.
#include <CLI/App.hpp>
#include <memory>

#include "cli/term/progress.hpp"
#include "commands/image/lock.hpp"

namespace davit::commands::image {
namespace {

cli::CommandDoc lock_doc()
{
  return {
      .summary = "Write davit.lock: the base by its digest, the wheels by their hashes",
      .description =
          "Lets pip choose wheels for the handler's requirements, Python and platform, and keeps each with version and SHA-256 in "
          "davit.lock beside davit.yaml; commit it. `image build` then installs exactly these, by hash, and refuses when the requirements "
          "have changed since or when the base's tag has moved. Wheels of other environments, architectures and bases stay in the file. "
          "A base that is pinned is not changed here: see `image base update`. The choice is pip's also where uv installs: uv does not report "
          "the hash of what it chooses.",
      .examples = {{"davit image lock", "Choose wheels anew, and show what changed"},
                   {"davit image lock --env prod --dry-run", "What would change for an environment"}},
      .changes = cli::Changes::something};
}

cli::CommandDoc pin_doc()
{
  return {.summary = "Pin the base by the digest it has now, in davit.lock",
          .description = "A base that is pinned already must still have that digest.",
          .examples = {{"davit image base pin", "The base of handler.base"}, {"davit image base pin --env prod", "Of an environment"}},
          .changes = cli::Changes::something};
}

cli::CommandDoc update_doc()
{
  return {
      .summary = "Pin the base by its new digest, after its tag has moved",
      .description = "The wheels stay as they are: `davit image lock` chooses them anew, for example when the new base has another Python.",
      .examples = {{"davit image base update", "Take what handler.base names today"},
                   {"davit image base update --dry-run", "Is there a newer one?"}},
      .changes = cli::Changes::something};
}

cli::Document document_of(const LockResponse& response, const cli::config::Project& project)
{
  return {
      .data = {{"lock", lock_path(project).string()}, {"changed", response.after != response.before}, {"steps", response.plan.to_json()}},
      .table = response.plan.to_table(),
      .list_member = "steps"};
}

Result<cli::Outcome> run(cli::Context& context, LockRequest request, const cli::ChangeFlags& flags)
{
  DAVIT_TRY_ASSIGN(request.project, context.project());
  request.state_directory = context.state_directory();
  request.open_registry = [&context](const std::string& host) { return access_to_pull(context, host); };
  using Show = cli::Progress::Show;
  cli::Progress progress(context.streams(), context.globals().quiet ? Show::never : Show::on_terminal);
  request.progress = [&](std::string_view line) { progress.update(line); };
  const auto response = plan_lock(request);
  progress.clear();
  if (!response) {
    return fail(response.error());
  }
  if (flags.dry_run) {
    return cli::Outcome{.document = cli::dry_run_document(response->plan)};
  }
  if (response->after != response->before) {
    DAVIT_TRY(write_lock(*request.project, response->after));
  }
  return cli::Outcome{.document = document_of(*response, *request.project)};
}

void add(CLI::App& group, cli::Registry& registry, const char* name, cli::CommandDoc doc, const LockRequest& request)
{
  CLI::App& command = registry.add(group, name, std::move(doc));
  const auto flags = std::make_shared<cli::ChangeFlags>();
  cli::add_change_flags(command, *flags, cli::Danger::mild);
  registry.bind(command, [flags, request](cli::Context& context) { return run(context, request, *flags); });
}

}  // namespace

void add_lock(CLI::App& group, cli::Registry& registry)
{
  add(group, registry, "lock", lock_doc(), {});
}

void add_base(CLI::App& group, cli::Registry& registry)
{
  CLI::App& base = registry.add_group(group, "base", "The base image in davit.lock");
  add(base, registry, "pin", pin_doc(), {.bases_only = true});
  add(base, registry, "update", update_doc(), {.bases_only = true, .takes_new_base = true});
}

}  // namespace davit::commands::image
