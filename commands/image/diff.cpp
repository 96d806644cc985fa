// SPDX-License-Identifier: Apache-2.0
#include "commands/image/diff.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/App.hpp>
#include <memory>

#include "commands/image/image_reference.hpp"
#include "commands/image/size_text.hpp"
#include "commands/image/zip_package.hpp"

namespace davit::commands::image {
namespace {

namespace fs = std::filesystem;
namespace oci = aws::oci;
using oci::EntryType;

cli::CommandDoc diff_doc()
{
  return {
      .summary = "Compare two images file by file, and their settings",
      .description =
          "A and B are images as of `image inspect`: layouts (DIR, DIR:TAG or oci:DIR:TAG) or tags of the project's own layout; or zip packages, "
          "whose function lies in /var/task and whose layer in /opt. Files are "
          "compared as a container would see them, with all layers applied: added, removed, and changed in content, mode, type, target of a "
          "link, or time. Settings are the members of the config, as JSON pointers. Exit 0 whatever is found; with --exit-code, 8 when "
          "anything differs.",
      .examples = {{"davit image diff dev prod", "Two environments' images of this project"},
                   {"davit image diff oci:old:v1 oci:new:v2 --exit-code -o json", "Two layouts, for a script"}}};
}

std::string type_name(EntryType type)
{
  switch (type) {
    case EntryType::file:
    case EntryType::hard_link:
      return "file";
    case EntryType::directory:
      return "folder";
    case EntryType::symlink:
      return "link";
    case EntryType::device:
      return "device";
  }
  return "";
}

DiffSide side_of(const ImageFile& file)
{
  return {.type = type_name(file.type), .size = file.content.size(), .mode = fmt::format("{:04o}", file.mode), .target = file.link_target};
}

std::vector<std::string> what_differs(const ImageFile& before, const ImageFile& after)
{
  std::vector<std::string> what;
  const auto note = [&](bool differs, const char* name) {
    if (differs) {
      what.emplace_back(name);
    }
  };
  note(before.type != after.type, "type");
  note(before.content != after.content, "content");
  note(before.mode != after.mode, "mode");
  note(before.type == EntryType::symlink && before.link_target != after.link_target, "target");
  // The time of a link or a folder is nobody's.
  note(before.type == EntryType::file && before.mtime != after.mtime, "time");
  return what;
}

std::vector<FileDifference> file_differences(const ImageTree::Files& before, const ImageTree::Files& after)
{
  std::vector<FileDifference> out;
  auto a = before.begin();
  auto b = after.begin();
  while (a != before.end() || b != after.end()) {
    if (b == after.end() || (a != before.end() && a->first < b->first)) {
      out.push_back({.path = "/" + a->first, .before = side_of(a->second), .after = {}, .what = {}});
      ++a;
    } else if (a == before.end() || b->first < a->first) {
      out.push_back({.path = "/" + b->first, .before = {}, .after = side_of(b->second), .what = {}});
      ++b;
    } else {
      if (auto what = what_differs(a->second, b->second); !what.empty()) {
        out.push_back({.path = "/" + a->first, .before = side_of(a->second), .after = side_of(b->second), .what = std::move(what)});
      }
      ++a;
      ++b;
    }
  }
  return out;
}

/// Only what a person may have set: the rest follows from the files.
OrderedJson settings_of(const oci::ImageConfig& config)
{
  OrderedJson document = OrderedJson::parse(oci::to_text(config));
  document.erase("rootfs");
  document.erase("history");
  return document.flatten();
}

std::vector<ConfigDifference> config_differences(const oci::ImageConfig& before, const oci::ImageConfig& after)
{
  const OrderedJson a = settings_of(before);
  const OrderedJson b = settings_of(after);
  std::vector<ConfigDifference> out;
  for (const auto& [member, value] : a.items()) {
    const OrderedJson other = b.value(member, OrderedJson(nullptr));
    if (other != value) {
      out.push_back({.member = member, .before = value, .after = other});
    }
  }
  for (const auto& [member, value] : b.items()) {
    if (!a.contains(member)) {
      out.push_back({.member = member, .before = nullptr, .after = value});
    }
  }
  return out;
}

OrderedJson to_json(const std::optional<DiffSide>& side)
{
  if (!side) {
    return nullptr;
  }
  OrderedJson out{{"type", side->type}, {"size", side->size}, {"mode", side->mode}};
  if (!side->target.empty()) {
    out["target"] = side->target;
  }
  return out;
}

std::string text_of(const std::optional<DiffSide>& side)
{
  if (!side) {
    return "";
  }
  const std::string more = side->type == "link" ? " to " + side->target : side->type == "file" ? " " + size_text(side->size) : "";
  return fmt::format("{} {}{}", side->mode, side->type, more);
}

struct DiffFlags {
  std::string before;
  std::string after;
  bool exit_code = false;
};

struct NamedImage {
  std::string layout;
  ComparedImage compared;
};

/// An image or a zip package.
Result<NamedImage> named_image(cli::Context& context, const std::string& typed)
{
  DAVIT_TRY_ASSIGN(const auto path, package_path(context, typed));
  if (path) {
    DAVIT_TRY_ASSIGN(const ZipPackage package, open_package(*path));
    DAVIT_TRY_ASSIGN(ComparedImage compared, compared_package(package));
    return NamedImage{.layout = path->string(), .compared = std::move(compared)};
  }
  DAVIT_TRY_ASSIGN(const auto reference, image_reference(context, typed));
  DAVIT_TRY_ASSIGN(ComparedImage compared, read_compared(reference));
  const std::string layout = fs::absolute(reference.directory).lexically_normal().string();
  return NamedImage{.layout = layout + (reference.tag.empty() ? "" : ":" + reference.tag), .compared = std::move(compared)};
}

OrderedJson side_json(const NamedImage& image)
{
  return {{"layout", image.layout}, {"digest", image.compared.image.descriptor.digest}};
}

Result<cli::Outcome> run(cli::Context& context, const DiffFlags& flags)
{
  DAVIT_TRY_ASSIGN(const NamedImage before, named_image(context, flags.before));
  DAVIT_TRY_ASSIGN(const NamedImage after, named_image(context, flags.after));
  const ImageDifferences found = differences(before.compared, after.compared);
  const bool same = before.compared.image.descriptor.digest == after.compared.image.descriptor.digest;
  OrderedJson data{{"before", side_json(before)}, {"after", side_json(after)}, {"same", same}};
  data.update(to_json(found));
  cli::Table table = to_table(found);
  if (table.rows.empty()) {
    table.rows.push_back({same ? "none" : "layers", "", "", "", same ? "one image" : "the same files and settings in other layers"});
  }
  cli::Outcome outcome{.document = {.data = std::move(data), .table = std::move(table), .list_member = "files"}};
  if (flags.exit_code && !same) {
    outcome.failure = Error{.kind = ErrorKind::differences, .message = "the images differ"};
  }
  return outcome;
}

}  // namespace

Result<ComparedImage> read_compared(const oci::LayoutReference& reference)
{
  DAVIT_TRY_ASSIGN(const oci::Layout layout, oci::Layout::open(reference.directory));
  DAVIT_TRY_ASSIGN(oci::Image image, layout.find(reference.tag));
  DAVIT_TRY_ASSIGN(ImageTree tree, ImageTree::read(layout, image.manifest.layers, image.config.diff_ids, fs::temp_directory_path()));
  return ComparedImage{.image = std::move(image), .tree = std::move(tree)};
}

ImageDifferences differences(const ComparedImage& before, const ComparedImage& after)
{
  return {.files = file_differences(before.tree.files(), after.tree.files()),
          .config = config_differences(before.image.config, after.image.config)};
}

OrderedJson to_json(const ImageDifferences& differences)
{
  OrderedJson files = OrderedJson::array();
  for (const auto& file : differences.files) {
    files.push_back({{"path", file.path},
                     {"change", file.change()},
                     {"what", file.what},
                     {"before", to_json(file.before)},
                     {"after", to_json(file.after)}});
  }
  OrderedJson config = OrderedJson::array();
  for (const auto& entry : differences.config) {
    config.push_back({{"member", entry.member}, {"before", entry.before}, {"after", entry.after}});
  }
  return {{"files", std::move(files)}, {"config", std::move(config)}};
}

cli::Table to_table(const ImageDifferences& differences)
{
  cli::Table table{.header = {"CHANGE", "PATH", "BEFORE", "AFTER", "WHAT"}, .rows = {}};
  for (const auto& file : differences.files) {
    table.rows.push_back(
        {file.change(), file.path, text_of(file.before), text_of(file.after), fmt::format("{}", fmt::join(file.what, ", "))});
  }
  for (const auto& entry : differences.config) {
    table.rows.push_back({"setting", entry.member, entry.before.dump(), entry.after.dump(), ""});
  }
  return table;
}

void add_diff(CLI::App& group, cli::Registry& registry)
{
  CLI::App& command = registry.add(group, "diff", diff_doc());
  const auto flags = std::make_shared<DiffFlags>();
  command.add_option("before", flags->before, "Layout, or tag of the project's own layout")->type_name("A")->required();
  command.add_option("after", flags->after, "The image to compare it with")->type_name("B")->required();
  command.add_flag("--exit-code", flags->exit_code, "Exit 8 when the images differ");
  registry.bind(command, [flags](cli::Context& context) { return run(context, *flags); });
}

}  // namespace davit::commands::image
