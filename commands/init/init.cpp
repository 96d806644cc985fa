// SPDX-License-Identifier: Apache-2.0
#include "commands/init/init.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/App.hpp>
#include <algorithm>

#include "aws/core/file.hpp"
#include "aws/core/interrupt.hpp"
#include "aws/core/spelling.hpp"
#include "cli/config/load.hpp"
#include "cli/config/rules.hpp"

namespace davit::commands::init {
namespace {

namespace fs = std::filesystem;

cli::CommandDoc init_doc()
{
  std::string description =
      "Writes a complete project: backend, data, Terraform module, smoke suites and davit.yaml. A file that is there already is never "
      "overwritten: then nothing is written at all. Templates:";
  for (const auto& known : templates::catalogue()) {
    description += fmt::format("\n\n  {}: {}", known.name, known.summary);
  }
  return {.summary = "Start a project from a template",
          .description = std::move(description),
          .examples = {{"davit init --template shop", "Into the working directory"},
                       {"davit init --template shop --name corner-shop corner-shop", "Under a name of its own, into a new folder"},
                       {"davit init --template shop --dry-run", "Only list the files"}},
          .changes = cli::Changes::something};
}

std::vector<std::string> template_names()
{
  std::vector<std::string> names;
  for (const auto& known : templates::catalogue()) {
    names.emplace_back(known.name);
  }
  return names;
}

Result<templates::Template> find_template(const std::string& name)
{
  const auto all = templates::catalogue();
  const auto found = std::find_if(all.begin(), all.end(), [&](const templates::Template& t) { return t.name == name; });
  if (found != all.end()) {
    return *found;
  }
  const auto names = template_names();
  const auto near = nearest(name, names);
  const std::string known = fmt::format("templates: {}", fmt::join(names, ", "));
  return fail(usage_error(name.empty() ? "init needs a template" : fmt::format("there is no template '{}'", name),
                          near ? fmt::format("did you mean '{}'?", *near) : fmt::format("name one by --template; {}", known)));
}

Status check_name(const std::string& name)
{
  if (const auto complaint = cli::config::k_project_name.check(name)) {
    return fail(usage_error(complaint->message, fmt::format("--name takes {}", complaint->hint)));
  }
  return {};
}

/// The paths that something occupies already, a dangling link included.
std::vector<std::string> occupied(const Scaffold& scaffold)
{
  std::vector<std::string> paths;
  std::error_code ignored;
  for (const auto& file : scaffold.files) {
    if (fs::symlink_status(scaffold.directory / file.path, ignored).type() != fs::file_type::not_found) {
      paths.push_back(file.path);
    }
  }
  return paths;
}

Error occupied_error(const Scaffold& scaffold, const std::vector<std::string>& paths)
{
  constexpr std::size_t k_listed = 20;
  Error error{.kind = ErrorKind::conflict,
              .message = fmt::format("{} of the {} files of the template '{}' would be overwritten; nothing was written", paths.size(),
                                     scaffold.files.size(), scaffold.template_name),
              .hint = "name an empty folder: davit init --template " + scaffold.template_name + " DIR"};
  for (std::size_t i = 0; i < std::min(paths.size(), k_listed); ++i) {
    error.diagnostics.push_back({.file = cli::config::display_path(scaffold.directory / paths[i]), .message = "exists"});
  }
  if (paths.size() > k_listed) {
    error.diagnostics.push_back({.message = fmt::format("and {} more", paths.size() - k_listed)});
  }
  return error;
}

/// Folders above `file` that are not there yet, the outermost first.
std::vector<fs::path> missing_folders(const fs::path& file)
{
  std::vector<fs::path> folders;
  std::error_code ignored;
  for (fs::path folder = file.parent_path(); !folder.empty() && !fs::exists(folder, ignored); folder = folder.parent_path()) {
    folders.insert(folders.begin(), folder);
  }
  return folders;
}

/// What a write that fails half-way must take back.
class Written
{
public:
  Status write(const fs::path& path, const std::string& content)
  {
    for (const auto& folder : missing_folders(path)) {
      std::error_code error;
      if (!fs::create_directory(folder, error)) {
        return fail(usage_error(fmt::format("cannot make the folder {}: {}", folder.string(), error.message())));
      }
      m_made.push_back(folder);
    }
    DAVIT_TRY(create_file(path, content));
    m_made.push_back(path);
    return {};
  }

  void take_back()
  {
    std::error_code ignored;
    std::for_each(m_made.rbegin(), m_made.rend(), [&](const fs::path& path) { fs::remove(path, ignored); });
  }

private:
  std::vector<fs::path> m_made;
};

/// The commands that a newcomer types next.
std::vector<std::string> next_commands(const Scaffold& scaffold)
{
  std::vector<std::string> commands = {"davit config check", "davit local up", "davit deploy --env local"};
  const std::string folder = cli::config::display_path(scaffold.directory);
  if (folder != ".") {
    commands.insert(commands.begin(), "cd " + folder);
  }
  return commands;
}

cli::Document document_of(const Scaffold& scaffold)
{
  auto files = OrderedJson::array();
  cli::Table table{.header = {"CREATED"}, .rows = {}};
  for (const auto& file : scaffold.files) {
    files.push_back(file.path);
    table.rows.push_back({file.path});
  }
  return {.data = {{"template", scaffold.template_name},
                   {"name", scaffold.name},
                   {"directory", scaffold.directory.string()},
                   {"files", std::move(files)},
                   {"next", next_commands(scaffold)}},
          .table = std::move(table),
          .list_member = "files"};
}

Status say_what_is_next(const Scaffold& scaffold, cli::Context& context)
{
  if (context.globals().quiet) {
    return {};
  }
  return context.streams().err.write(fmt::format("next:\n  {}\n", fmt::join(next_commands(scaffold), "\n  ")));
}

Result<cli::Outcome> run(const InitRequest& request, const cli::ChangeFlags& flags, cli::Context& context)
{
  DAVIT_TRY_ASSIGN(const Scaffold scaffold, prepare(request));
  if (flags.dry_run) {
    return cli::Outcome{.document = cli::dry_run_document(scaffold.plan())};
  }
  DAVIT_TRY(write(scaffold));
  DAVIT_TRY(say_what_is_next(scaffold, context));
  return cli::Outcome{.document = document_of(scaffold)};
}

}  // namespace

cli::Plan Scaffold::plan() const
{
  cli::Plan plan;
  for (const auto& file : files) {
    plan.steps.push_back({.kind = cli::PlanStep::Kind::create,
                          .target = "file " + cli::config::display_path(directory / file.path),
                          .reason = fmt::format("from the template '{}'", template_name)});
  }
  return plan;
}

Result<Scaffold> prepare(const InitRequest& request)
{
  DAVIT_TRY_ASSIGN(const templates::Template chosen, find_template(request.template_name));
  Scaffold scaffold{.template_name = std::string(chosen.name),
                    .name = request.name.empty() ? std::string(chosen.name) : request.name,
                    .directory = fs::absolute(request.directory.empty() ? fs::path(".") : request.directory).lexically_normal(),
                    .files = {}};
  DAVIT_TRY(check_name(scaffold.name));
  DAVIT_TRY_ASSIGN(scaffold.files, skeleton_of(chosen, scaffold.name));
  if (const auto paths = occupied(scaffold); !paths.empty()) {
    return fail(occupied_error(scaffold, paths));
  }
  return scaffold;
}

Status write(const Scaffold& scaffold)
{
  const InterruptScope whole;
  Written written;
  for (const auto& file : scaffold.files) {
    if (interrupted() != 0) {
      written.take_back();
      return fail(Error{.kind = ErrorKind::cancelled, .message = "interrupted; what was written has been removed again"});
    }
    if (auto status = written.write(scaffold.directory / file.path, file.content); !status) {
      written.take_back();
      return fail(std::move(status.error())
                      .wrap(fmt::format("writing the template '{}' (what was written has been removed again)", scaffold.template_name)));
    }
  }
  return {};
}

void add_init(CLI::App& root, cli::Registry& registry)
{
  auto request = std::make_shared<InitRequest>();
  auto flags = std::make_shared<cli::ChangeFlags>();
  CLI::App& command = registry.add(root, "init", init_doc());
  command.add_option("--template", request->template_name, fmt::format("Template: {}", fmt::join(template_names(), ", ")))
      ->type_name("NAME");
  command.add_option("--name", request->name, "Name of the project, the prefix of every resource (default: the template's)")
      ->type_name("NAME");
  command.add_option("DIR", request->directory, "Folder of the project (default: the working directory)")->type_name("DIR");
  cli::add_change_flags(command, *flags, cli::Danger::mild);
  registry.bind(command, [request, flags](cli::Context& context) { return run(*request, *flags, context); });
}

}  // namespace davit::commands::init
