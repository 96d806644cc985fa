// SPDX-License-Identifier: Apache-2.0
#include "commands/image/layers.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "aws/core/encoding.hpp"
#include "aws/core/file.hpp"
#include "aws/core/interrupt.hpp"
#include "aws/crypto/digest.hpp"
#include "aws/oci/gzip.hpp"
#include "commands/image/bytecode.hpp"
#include "commands/image/elf.hpp"
#include "commands/image/installed_tree.hpp"
#include "commands/image/requirements.hpp"
#include "commands/image/source_index.hpp"
#include "commands/image/zip_archive.hpp"

namespace davit::commands::image {
namespace {

namespace fs = std::filesystem;
namespace oci = aws::oci;

// Changes whenever the same input would give other bytes.
constexpr int k_format = 4;
constexpr std::string_view k_task_root = "var/task";
// Where Lambda unzips a layer, and where Python looks below that (docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html).
constexpr std::string_view k_layer_root = "opt";
constexpr std::string_view k_layer_python = "opt/python";
constexpr std::string_view k_runtime_client = "awslambdaric";

/// The runtime interface client with all it needs, pinned, so that an image built another day is the same.
const std::vector<std::string>& runtime_client_requirements()
{
  static const std::vector<std::string> k_pins{"awslambdaric==4.2.2", "simplejson==4.3.0", "snapshot-restore-py==1.0.0"};
  return k_pins;
}

bool is_zip(const LayerContext& context)
{
  return context.base.runtime != nullptr;
}

/// All that decides the bytes of a layer of wheels. The base counts whole, by the digest of its config (in the bytecode's key), which names
/// the content of every layer below: a layer is used again on the very base that it was made for.
std::string key_of(std::string_view content, const LayerContext& context)
{
  const auto& python = *context.base.python;
  const auto options = wheel_options(python, context.project.handler->architecture);
  const fs::path requirements = context.project.directory / context.project.handler->requirements.value_or("");
  const std::string settings = installer_settings(context.installer, requirements.parent_path());
  return to_hex(aws::crypto::sha256(fmt::format("{}format {}\ncompressor {}\n{}\ninterpreter {}\ntime {}\noptions {}\n{}\n{}",
                                                is_zip(context) ? "zip " : "", k_format, oci::compressor(), bytecode_key(context),
                                                python.interpreter, context.mtime, fmt::join(options, " "), settings, content)));
}

bool is_native(const LayerContext& context)
{
  return context.project.handler->kind == cli::config::HandlerKind::native;
}

Result<std::string> content_of(const FileTree& tree, const LayerContext& context)
{
  return oci::diff_id_of(context.mtime, [&](oci::TarWriter& tar) { return write_tree(tree, tar); });
}

/// The archive of the sources, what compiles them and the compressor decide the blob: what was made before is not made again.
std::string application_key(const std::string& content, const LayerContext& context)
{
  return to_hex(
      aws::crypto::sha256(fmt::format("{}{} {} {}", is_zip(context) ? "zip " : "", content, oci::compressor(), bytecode_key(context))));
}

/// What was made before from the same files, and what it was found by. Reads them only where a look does not tell.
struct ApplicationSearch {
  SourceLook look;
  std::string content;  ///< empty when a look was enough to see that there is none
  std::optional<CachedLayer> found;
};

Result<ApplicationSearch> search_application(const FileTree& tree, const LayerContext& context)
{
  ApplicationSearch search{.look = look_at(tree, context.mtime), .content = {}, .found = {}};
  const auto known = SourceIndex(context.cache.directory()).find(search.look);
  if (known.knows == SourceIndex::Knows::nothing) {
    return search;
  }
  search.content = known.content;
  if (known.knows == SourceIndex::Knows::shape) {
    DAVIT_TRY_ASSIGN(search.content, content_of(tree, context));
  }
  search.found = context.cache.find(application_key(search.content, context));
  return search;
}

/// "dependencies cp312 x86_64 glibc2.34": for another target pip may choose other wheels.
std::string target_of(std::string_view kind, const LayerContext& context)
{
  const auto& python = *context.base.python;
  return fmt::format("{} cp3{} {} glibc2.{}", kind, python.minor, name_of(context.project.handler->architecture), python.glibc_minor);
}

WheelLayer runtime_layer(const LayerContext& context)
{
  const auto& pins = runtime_client_requirements();
  const std::string lines = fmt::format("{}", fmt::join(pins, "\n"));
  return {.kind = "runtime",
          .key = key_of(lines, context),
          .requirements = pins,
          .directory = context.cache.directory(),
          .notices = {},
          .target = target_of("runtime", context),
          .lines = lines};
}

Result<WheelLayer> dependency_layer(const Requirements& requirements, const fs::path& file, const LayerContext& context)
{
  WheelLayer layer{.kind = "dependencies",
                   .key = key_of(requirements.content, context),
                   .requirements = {"-r", file.string()},
                   .directory = file.parent_path(),
                   .notices = {},
                   .target = target_of("dependencies", context),
                   .lines = requirements.lines,
                   .options = requirements.options};
  if (!requirements.unpinned.empty()) {
    layer.notices.push_back(fmt::format(
        "{}: no exact version for {}; a build on another day or machine may get other ones, and another digest; davit image lock keeps them",
        file.filename().string(), fmt::join(requirements.unpinned, ", ")));
  }
  return layer;
}

bool brings_runtime_client(const Requirements& requirements)
{
  return std::find(requirements.projects.begin(), requirements.projects.end(), k_runtime_client) != requirements.projects.end();
}

Status check_not_interrupted()
{
  return interrupted() == 0 ? Status{} : fail({.kind = ErrorKind::cancelled, .message = "interrupted; the image of before is unchanged"});
}

/// A requirements file of exactly these wheels.
std::string locked_requirements(const WheelLayer& wheels, const fs::path& project)
{
  std::string out = "--require-hashes\n";
  for (const auto& option : wheels.options) {
    out += option + "\n";
  }
  for (const auto& wheel : wheels.locked) {
    const bool is_address = wheel.source.find("://") != std::string::npos;
    const std::string what = wheel.source.empty() ? fmt::format("{}=={}", wheel.name, wheel.version)
                             : is_address         ? fmt::format("{} @ {}", wheel.name, wheel.source)
                                                  : (project / wheel.source).string();
    out += fmt::format("{} --hash=sha256:{}\n", what, wheel.sha256);
  }
  return out;
}

/// The arguments of pip that name what is installed.
Result<std::vector<std::string>> requirements_of(const WheelLayer& wheels, const WorkFolder& work, const LayerContext& context)
{
  if (wheels.locked.empty()) {
    return wheels.requirements;
  }
  const fs::path file = fs::absolute(work.path() / "locked.txt");
  DAVIT_TRY(write_file(file, locked_requirements(wheels, context.project.directory), Access::owner_only));
  return std::vector<std::string>{"--no-deps", "-r", file.string()};
}

Result<oci::Layer> install(const WheelLayer& wheels, const LayerContext& context, std::vector<std::string>& notices)
{
  const auto& handler = *context.project.handler;
  DAVIT_TRY_ASSIGN(const WorkFolder work, WorkFolder::create(context.cache.directory()));
  const fs::path site = work.path() / "site";
  fs::create_directory(site);
  DAVIT_TRY_ASSIGN(const auto requirements, requirements_of(wheels, work, context));
  DAVIT_TRY_ASSIGN(const auto said, install_wheels(context.installer, {.requirements = requirements,
                                                                       .directory = wheels.directory,
                                                                       .target = site,
                                                                       .python = *context.base.python,
                                                                       .architecture = handler.architecture,
                                                                       .progress = context.progress}));
  notices.insert(notices.end(), said.begin(), said.end());
  DAVIT_TRY(check_not_interrupted());
  const std::string prefix(is_zip(context) ? k_layer_python : k_task_root);
  DAVIT_TRY_ASSIGN(FileTree tree, installed_tree(site, prefix, context.base.python->interpreter, handler.architecture));
  context.progress(fmt::format("compiling the Python files of the {} layer", wheels.kind));
  DAVIT_TRY_ASSIGN(const auto compiling, add_bytecode(tree, work, context));
  notices.insert(notices.end(), compiling.begin(), compiling.end());
  context.progress(fmt::format("compressing {} files of the {} layer", tree.files.size(), wheels.kind));
  if (is_zip(context)) {
    const fs::path& directory = context.cache.directory();
    DAVIT_TRY_ASSIGN(Archive archive, write_archive(tree, std::string(k_layer_root), directory, context.mtime));
    DAVIT_TRY(archive.file.keep_as(context.cache.blob(archive.layer)));
    return archive.layer;
  }
  return oci::write_layer(context.cache.directory(), context.mtime, [&](oci::TarWriter& tar) { return write_tree(tree, tar); });
}

Result<CachedLayer> make_application(const FileTree& tree, const LayerContext& context, const ApplicationBlob& blob)
{
  FileTree whole = tree;
  CachedLayer made;
  std::optional<WorkFolder> work;
  if (!is_native(context)) {
    context.progress("compiling the Python files of the application layer");
    DAVIT_TRY_ASSIGN(work, WorkFolder::create(context.cache.directory()));
    DAVIT_TRY_ASSIGN(made.notices, add_bytecode(whole, *work, context));
  }
  context.progress(fmt::format("compressing {} files of the application layer", whole.files.size()));
  DAVIT_TRY_ASSIGN(made.layer, blob.write(whole));
  return made;
}

/// Makes the layer, and keeps it as that of the content it was made of. A file that is saved meanwhile may be in it or not: then it is
/// nobody's.
Status make_and_keep(ApplicationSearch& search, const FileTree& tree, const LayerContext& context, const ApplicationBlob& blob)
{
  // Of a native handler the archive is that of the sources, in an image's layer: it names by itself what was read.
  const bool names_sources = is_native(context) && !is_zip(context);
  if (!names_sources) {
    DAVIT_TRY_ASSIGN(search.content, content_of(tree, context));
  }
  DAVIT_TRY_ASSIGN(search.found, make_application(tree, context, blob));
  if (names_sources) {
    search.content = search.found->layer.diff_id;
  } else {
    DAVIT_TRY_ASSIGN(const std::string after, content_of(tree, context));
    if (after != search.content) {
      return {};
    }
  }
  DAVIT_TRY(context.cache.record(application_key(search.content, context), *search.found));
  context.cache.prune();
  return SourceIndex(context.cache.directory()).remember(search.look, search.content);
}

BuiltLayer application_of(const FileTree& tree, CachedLayer made, bool cached)
{
  BuiltLayer built{
      .layer = std::move(made.layer), .kind = "application", .cached = cached, .notices = tree.notices, .ignored = tree.ignored};
  built.notices.insert(built.notices.end(), made.notices.begin(), made.notices.end());
  return built;
}

}  // namespace

Result<std::vector<WheelLayer>> unlocked_wheels(const LayerContext& context)
{
  const auto& handler = *context.project.handler;
  if (handler.kind != cli::config::HandlerKind::python) {
    return std::vector<WheelLayer>{};
  }
  std::vector<WheelLayer> layers;
  Requirements requirements;
  if (handler.requirements) {
    const fs::path file = context.project.directory / *handler.requirements;
    DAVIT_TRY_ASSIGN(requirements, read_requirements(file));
    if (!requirements.projects.empty()) {
      DAVIT_TRY_ASSIGN(WheelLayer dependencies, dependency_layer(requirements, file, context));
      layers.push_back(std::move(dependencies));
    }
  }
  if (!context.base.is_aws && !brings_runtime_client(requirements)) {
    layers.insert(layers.begin(), runtime_layer(context));
  }
  return layers;
}

std::string requirements_digest(const WheelLayer& layer)
{
  return "sha256:" + to_hex(aws::crypto::sha256(layer.lines));
}

Result<std::vector<WheelLayer>> plan_wheels(const LayerContext& context)
{
  DAVIT_TRY_ASSIGN(auto layers, unlocked_wheels(context));
  for (auto& layer : layers) {
    const auto found = context.lock.layers.find(layer.target);
    if (found == context.lock.layers.end()) {
      continue;
    }
    if (found->second.requirements != requirements_digest(layer)) {
      return fail(usage_error(fmt::format("the requirements of the {} layer have changed since davit.lock was written", layer.kind),
                              "choose the wheels anew: davit image lock"));
    }
    layer.locked = found->second.wheels;
    layer.key = key_of(locked_requirements(layer, {}), context);
    layer.notices.clear();
  }
  return layers;
}

std::optional<BuiltLayer> cached_wheels(const WheelLayer& wheels, const LayerContext& context)
{
  auto found = context.refresh ? std::nullopt : context.cache.find(wheels.key);
  if (!found || !context.cache.has_blob(found->layer)) {
    return std::nullopt;
  }
  return BuiltLayer{.layer = std::move(found->layer), .kind = wheels.kind, .cached = true, .notices = std::move(found->notices)};
}

Result<BuiltLayer> build_wheels(const WheelLayer& wheels, const LayerContext& context)
{
  if (auto cached = cached_wheels(wheels, context)) {
    return std::move(*cached);
  }
  BuiltLayer built{.layer = {}, .kind = wheels.kind, .notices = wheels.notices};
  context.progress(fmt::format("installing wheels for the {} layer", wheels.kind));
  auto layer = install(wheels, context, built.notices);
  if (!layer) {
    return fail(std::move(layer).error().wrap(fmt::format("building the {} layer", wheels.kind)));
  }
  built.layer = std::move(*layer);
  DAVIT_TRY(context.cache.record(wheels.key, {.layer = built.layer, .notices = built.notices}));
  context.cache.prune();
  return built;
}

Result<std::optional<BuiltLayer>> cached_application(const FileTree& tree, const LayerContext& context)
{
  if (context.refresh) {
    return std::nullopt;
  }
  DAVIT_TRY_ASSIGN(auto search, search_application(tree, context));
  return search.found ? std::optional(application_of(tree, std::move(*search.found), true)) : std::nullopt;
}

Result<std::optional<std::vector<BuiltLayer>>> cached_layers(const std::vector<WheelLayer>& wheels, const FileTree& tree,
                                                             const LayerContext& context)
{
  std::vector<BuiltLayer> layers;
  for (const auto& layer : wheels) {
    auto cached = cached_wheels(layer, context);
    if (!cached) {
      return std::nullopt;
    }
    layers.push_back(std::move(*cached));
  }
  DAVIT_TRY_ASSIGN(auto application, cached_application(tree, context));
  if (!application) {
    return std::nullopt;
  }
  layers.push_back(std::move(*application));
  return layers;
}

Result<BuiltLayer> build_application(const FileTree& tree, const LayerContext& context, const ApplicationBlob& blob)
{
  DAVIT_TRY(check_not_interrupted());
  DAVIT_TRY_ASSIGN(auto search, search_application(tree, context));
  const bool is_cached = search.found && !context.refresh && blob.is_there(search.found->layer);
  if (is_cached) {
    DAVIT_TRY(SourceIndex(context.cache.directory()).remember(search.look, search.content));
  } else {
    DAVIT_TRY(make_and_keep(search, tree, context, blob));
  }
  return application_of(tree, std::move(*search.found), is_cached);
}

ApplicationBlob blob_in_layout(const LayerContext& context, const oci::Layout& layout)
{
  return {.is_there = [&layout](const oci::Layer& layer) { return layout.has(layer.descriptor); },
          .write =
              [&context, &layout](const FileTree& whole) {
                return oci::write_layer(layout.blobs(), context.mtime, [&](oci::TarWriter& tar) { return write_tree(whole, tar); });
              }};
}

ApplicationBlob blob_in_archive(const LayerContext& context, const fs::path& file)
{
  return {.is_there = [file](const oci::Layer& layer) { return is_archive(file, layer); },
          .write = [&context, file](const FileTree& whole) -> Result<oci::Layer> {
            DAVIT_TRY_ASSIGN(Archive archive, write_archive(whole, std::string(k_task_root), file.parent_path(), context.mtime));
            DAVIT_TRY(archive.file.keep_as(file));
            return archive.layer;
          }};
}

}  // namespace davit::commands::image
