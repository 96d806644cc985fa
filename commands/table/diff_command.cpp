// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <filesystem>
#include <memory>

#include "cli/choice.hpp"
#include "cli/term/progress.hpp"
#include "commands/table/definition.hpp"
#include "commands/table/diff.hpp"
#include "commands/table/diff_output.hpp"
#include "commands/table/item_files.hpp"

namespace davit::commands::table {
namespace {

namespace ddb = aws::dynamodb;

cli::CommandDoc diff_doc()
{
  return {
      .summary = "Compare tables and files of items, key by key [API: Scan]",
      .description =
          "Says what would have to be done to A to make it B: items added, removed and changed, and of a changed one every place with its value before and after. "
          "Numbers are compared by value and sets without order, so that no notation is a difference. Each of A and B is a table or a file in any format that `table seed` "
          "takes; several files stand together for B. A name that davit.yaml has is a table, a file that is there a file. Without B, a table of davit.yaml is "
          "compared with its seed files, or with the table of the same name elsewhere, where --with-env, --with-profile, --with-region or --with-endpoint-url say so.\n\n"
          "Both sides are read whole, tables consistently, and sorted together: memory does not grow with them. A {\"$password\": \"text\"} of a file is the same as a stored "
          "hash of that text.",
      .examples = {{"davit table diff products --env dev", "What a seed of davit.yaml's files would change"},
                   {"davit table diff products data/new.csv --env dev --exit-code", "A table and a file; exit code 8 when they differ"},
                   {"davit table diff products --env dev --with-env prod --ignore updated_at -o jsonl", "One table in two environments"},
                   {"davit table diff old.jsonl new.jsonl --key '[pk, sk:N]'", "Two files, offline"}}};
}

struct DiffFlags {
  std::string before;
  std::vector<std::string> after;
  PlaceFlags place;
  std::string key;
  std::vector<std::string> ignored;
  std::string format;
  bool keys_only = false;
  bool summary = false;
  bool exit_code = false;
  PaceFlags pace;
};

/// One side: a table, or files.
struct SideSource {
  std::optional<TablePlace> table;
  std::vector<ItemFile> files;
  std::string name;
};

bool is_file(cli::Context& context, const std::string& name)
{
  const auto project = context.project_if_any();
  const bool is_of_project = project && cli::config::find_table(*project, name).table != nullptr;
  std::error_code ignored;
  return !is_of_project && (name == "-" || name.find('/') != std::string::npos || std::filesystem::exists(name, ignored)) &&
         !name.starts_with("arn:");
}

Result<SideSource> files_side(cli::Context& context, const std::vector<std::string>& names)
{
  SideSource out;
  DAVIT_TRY_ASSIGN(out.files, item_files(context, names));
  out.name = names.size() == 1 ? names.front() : fmt::format("{} files", names.size());
  return out;
}

Result<SideSource> side_of(cli::Context& context, const std::string& name, const PlaceFlags& place)
{
  if (is_file(context, name) && !place.is_elsewhere()) {
    return files_side(context, {name});
  }
  DAVIT_TRY_ASSIGN(TablePlace opened, open_place(context, name, place));
  SideSource out{.table = std::move(opened), .files = {}, .name = {}};
  out.name = shown(out.table->target);
  return out;
}

/// The seed files of the table in davit.yaml, which start at its folder.
Result<SideSource> seed_files_side(cli::Context& context, const std::string& name)
{
  DAVIT_TRY_ASSIGN(const auto target, find_target(context, name));
  DAVIT_TRY_ASSIGN(const auto* project, context.project_if_any());
  if (target.table == nullptr || target.table->seed.empty()) {
    return fail(usage_error(fmt::format("nothing is named to compare '{}' with, and it has no seed files in davit.yaml", name),
                            "name a table or files behind it, or another environment by --with-env"));
  }
  std::vector<std::string> paths;
  for (const auto& file : target.table->seed) {
    paths.push_back((project->directory / file).string());
  }
  return files_side(context, paths);
}

Result<SideSource> after_side(cli::Context& context, const DiffFlags& flags)
{
  if (flags.after.empty()) {
    return flags.place.is_elsewhere() ? side_of(context, flags.before, flags.place) : seed_files_side(context, flags.before);
  }
  return flags.after.size() == 1 ? side_of(context, flags.after.front(), flags.place) : files_side(context, flags.after);
}

Result<ddb::KeySchema> key_of_sides(const SideSource& before, const SideSource& after, const DiffFlags& flags)
{
  const ddb::KeySchema* of_before = before.table ? &before.table->table.key : nullptr;
  const ddb::KeySchema* of_after = after.table ? &after.table->table.key : nullptr;
  if (of_before != nullptr && of_after != nullptr && !(*of_before == *of_after)) {
    return fail(Error{.kind = ErrorKind::conflict,
                      .message = fmt::format("the key of {} is {}, that of {} is {}: their items cannot be compared", before.name,
                                             ddb::to_string(*of_before), after.name, ddb::to_string(*of_after))});
  }
  const ddb::KeySchema* of_table = of_before != nullptr ? of_before : of_after;
  if ((of_table == nullptr) == flags.key.empty()) {
    return fail(of_table == nullptr
                    ? usage_error("two files have no key of their own", "name it by --key, as in --key '[user_id, order_id:N]'")
                    : usage_error("--key is for two files; a table has its own key"));
  }
  return of_table == nullptr ? parse_key("--key", flags.key) : Result<ddb::KeySchema>(*of_table);
}

Result<DiffRules> rules_of(const SideSource& before, const SideSource& after, const DiffFlags& flags)
{
  DiffRules out{.keys = {}, .ignored = {flags.ignored.begin(), flags.ignored.end()}, .keys_only = flags.keys_only};
  DAVIT_TRY_ASSIGN(out.keys.key, key_of_sides(before, after, flags));
  for (const auto& name : flags.ignored) {
    if (out.keys.key.find(name) != nullptr) {
      return fail(usage_error(fmt::format("--ignore {}: items are told apart by it, it is of the key", name)));
    }
  }
  return out;
}

Status read_side(cli::Context& context, Diff& diff, DiffSide side, SideSource& source, const DiffFlags& flags)
{
  cli::Progress progress{context.streams(), context.globals().quiet ? cli::Progress::Show::never : cli::Progress::Show::on_terminal};
  const auto tell = [&](std::int64_t read) { progress.update(fmt::format("reading {}: {} items", source.name, read)); };
  if (source.table) {
    DAVIT_TRY_ASSIGN(const ScanPace pace, pace_of(flags.pace, source.table->table.size_bytes));
    return diff.read_table(side, *source.table, pace, tell);
  }
  std::optional<ddb::format::FileFormat> format;
  if (!flags.format.empty()) {
    DAVIT_TRY_ASSIGN(format, ddb::format::parse_file_format(flags.format));
  }
  return diff.read_files(side, source.files, format, tell);
}

Result<cli::Outcome> run(cli::Context& context, const DiffFlags& flags)
{
  DAVIT_TRY_ASSIGN(SideSource before, side_of(context, flags.before, {}));
  DAVIT_TRY_ASSIGN(SideSource after, after_side(context, flags));
  if (before.table && after.table && is_same_table(*before.table, *after.table)) {
    return fail(usage_error(fmt::format("both sides are {}", before.name), "name another one, or --with-env"));
  }
  DAVIT_TRY_ASSIGN(DiffRules rules, rules_of(before, after, flags));
  Diff diff{std::move(rules)};
  DAVIT_TRY(read_side(context, diff, DiffSide::before, before, flags));
  DAVIT_TRY(read_side(context, diff, DiffSide::after, after, flags));
  DiffPrinter printer{context, flags.summary};
  DAVIT_TRY_ASSIGN(const DiffCounts counts, diff.for_each([&](const ItemDifference& difference) { return printer.print(difference); }));
  DAVIT_TRY(printer.finish(counts));
  if (!flags.exit_code || counts.differences() == 0) {
    return cli::Outcome{};
  }
  return cli::Outcome{
      .document = {},
      .failure = Error{.kind = ErrorKind::differences,
                       .message = fmt::format("{} and {} differ in {} items", before.name, after.name, counts.differences())}};
}

}  // namespace

void add_diff(CLI::App& group, cli::Registry& registry)
{
  auto flags = std::make_shared<DiffFlags>();
  CLI::App& command = registry.add(group, "diff", diff_doc());
  command.add_option("A", flags->before, "A table, or a file of items; - is standard input")->type_name("A")->required();
  command.add_option("B", flags->after, "A table, or files of items")->type_name("B");
  add_place_flags(command, flags->place, "with", "The second table");
  command.add_option("--key", flags->key, "Of two files: the key, as name, name:N, or [partition, sort]")->type_name("SPEC");
  command.add_option("--ignore", flags->ignored, "Do not compare this attribute; repeatable")->type_name("NAME")->allow_extra_args(false);
  command.add_flag("--keys-only", flags->keys_only, "Compare which keys there are, and nothing else");
  command.add_flag("--summary", flags->summary, "Print the counts alone");
  command.add_flag("--exit-code", flags->exit_code, "Exit code 8 when there are differences");
  command.add_option("--format", flags->format, "Of files: json, jsonl, csv or dynamodb-json instead of recognising it")
      ->type_name("FORMAT")
      ->check(cli::one_of({"json", "jsonl", "csv", "dynamodb-json"}));
  add_pace_flags(command, flags->pace);
  registry.bind(command, [flags](cli::Context& context) { return run(context, *flags); });
}

}  // namespace davit::commands::table
