// SPDX-License-Identifier: Apache-2.0
#include "commands/image/build.hpp"

#include <fmt/format.h>

#include "aws/core/interrupt.hpp"
#include "aws/core/time.hpp"
#include "aws/oci/layout.hpp"
#include "commands/image/application.hpp"
#include "commands/image/build_steps.hpp"
#include "commands/image/elf.hpp"
#include "commands/image/zip_build.hpp"

namespace davit::commands::image {
namespace {

namespace fs = std::filesystem;
namespace oci = aws::oci;
using cli::config::HandlerKind;

fs::path layout_of(const BuildRequest& request)
{
  const fs::path chosen = request.out.empty() ? request.state_directory / "image" : request.out;
  const fs::path normal = fs::absolute(chosen).lexically_normal();
  return normal.has_filename() ? normal : normal.parent_path();
}

Status check_supported(const cli::config::Project& project)
{
  if (!project.handler) {
    return fail(
        usage_error(fmt::format("{} has no handler, so that there is nothing to build", project.file.string()), "add a `handler:` block"));
  }
  return project.handler->kind == HandlerKind::node ? fail(usage_error("image build makes python and native handlers, not node ones"))
                                                    : Status{};
}

Status check_base(const cli::config::Project& project, const Base& base)
{
  if (project.handler->kind == HandlerKind::python && !base.python) {
    return fail(usage_error(fmt::format("the base '{}' holds no Python 3", project.handler->base),
                            "choose one that does: scripts/python-base makes one from Debian's packages"));
  }
  return {};
}

bool is_zip(const cli::config::Project& project)
{
  return project.handler->package == cli::config::PackageType::zip;
}

/// A base whose tag moved is another base: it is taken on purpose, not by the way.
Status check_pinned(const cli::config::Project& project, const Base& base, const LockFile& lock)
{
  const auto pinned = lock.bases.find(base_key(*project.handler));
  if (pinned == lock.bases.end() || !base.image || pinned->second == base.image->descriptor.digest) {
    return {};
  }
  return fail(
      usage_error(fmt::format("the base '{}' is now {}, but davit.lock pins {}", base.name, base.image->descriptor.digest, pinned->second),
                  "take the new one: davit image base update; or bring the pinned one back"));
}

struct Opened {
  LayerCache cache;
  Base base;
  LockFile lock;
};

/// Nothing when the base would have to be fetched, and may not be.
Result<std::optional<Opened>> open(const BuildRequest& request, LayerCache cache, Fetch fetch)
{
  DAVIT_TRY_ASSIGN(LockFile lock, read_lock(*request.project));
  const BaseSource source{.folder = request.state_directory / "bases",
                          .open_registry = request.open_registry,
                          .pinned = pinned_base(lock, *request.project),
                          .progress = request.progress,
                          .fetch = fetch};
  DAVIT_TRY_ASSIGN(auto base, open_base(*request.project, cache.directory(), source));
  if (!base) {
    return std::nullopt;
  }
  DAVIT_TRY(check_base(*request.project, *base));
  DAVIT_TRY(check_pinned(*request.project, *base, lock));
  return Opened{.cache = std::move(cache), .base = std::move(*base), .lock = std::move(lock)};
}

LayerContext context_of(const BuildRequest& request, const Opened& opened)
{
  return layer_context(request, opened.base, opened.cache, opened.lock);
}

std::string rfc3339(std::int64_t seconds)
{
  return to_rfc3339(TimePoint(std::chrono::seconds(seconds)));
}

/// A program of a base that is not AWS's starts the handler itself; AWS's own bases do so already.
void set_entrypoint(oci::ImageConfig& config, const cli::config::Handler& handler, const Base& base)
{
  config.command = {handler.entry};
  if (handler.kind == HandlerKind::native) {
    config.entrypoint = {"/var/task/" + handler.entry};
  } else if (!base.is_aws) {
    config.entrypoint = {base.python->interpreter, "-m", "awslambdaric"};
  }
}

oci::ImageConfig config_of(const BuildRequest& request, const Base& base, const std::vector<BuiltLayer>& layers)
{
  oci::ImageConfig config = base.image ? base.image->config : oci::ImageConfig{};
  config.platform.os = "linux";
  config.platform.architecture = oci_name_of(request.project->handler->architecture);
  config.created = rfc3339(request.mtime);
  config.working_directory = "/var/task";
  config.labels["org.opencontainers.image.title"] = request.project->name;
  if (!config.variable("LAMBDA_TASK_ROOT")) {
    config.set_variable("LAMBDA_TASK_ROOT", "/var/task");
  }
  set_entrypoint(config, *request.project->handler, base);
  for (const auto& built : layers) {
    if (built.kind != "base") {
      config.diff_ids.push_back(built.layer.diff_id);
      config.history.push_back({.created = config.created, .created_by = "davit image build", .comment = built.kind});
    }
  }
  return config;
}

std::vector<BuiltLayer> layers_of(const Base& base)
{
  std::vector<BuiltLayer> layers;
  for (std::size_t i = 0; base.image && i < base.image->manifest.layers.size(); ++i) {
    layers.push_back({.layer = {.descriptor = base.image->manifest.layers[i], .diff_id = base.image->config.diff_ids[i]},
                      .kind = "base",
                      .cached = true,
                      .notices = {}});
  }
  return layers;
}

Status adopt_base(const Base& base, const oci::Layout& layout, oci::Layout::Existing existing)
{
  for (const auto& built : layers_of(base)) {
    DAVIT_TRY_ASSIGN(const fs::path source, base.layout->path_of(built.layer.descriptor.digest));
    DAVIT_TRY(layout.adopt(source, built.layer.descriptor, existing));
  }
  return {};
}

Result<std::vector<BuiltLayer>> build_layers(const LayerContext& context, const oci::Layout& layout)
{
  // First, because what could not start is to be known before pip runs.
  DAVIT_TRY_ASSIGN(const FileTree tree, application_tree(context.project, context.base));
  const auto existing = context.refresh ? oci::Layout::Existing::replace : oci::Layout::Existing::keep;
  DAVIT_TRY(adopt_base(context.base, layout, existing));
  auto layers = layers_of(context.base);
  DAVIT_TRY_ASSIGN(const auto wheels, plan_wheels(context));
  for (const auto& layer : wheels) {
    DAVIT_TRY_ASSIGN(BuiltLayer built, build_wheels(layer, context));
    DAVIT_TRY(layout.adopt(context.cache.blob(built.layer), built.layer.descriptor, existing));
    layers.push_back(std::move(built));
  }
  DAVIT_TRY_ASSIGN(BuiltLayer application, build_application(tree, context, blob_in_layout(context, layout)));
  layers.push_back(std::move(application));
  return layers;
}

std::vector<oci::Descriptor> descriptors_of(const std::vector<BuiltLayer>& layers)
{
  std::vector<oci::Descriptor> out;
  std::transform(layers.begin(), layers.end(), std::back_inserter(out), [](const BuiltLayer& built) { return built.layer.descriptor; });
  return out;
}

oci::Annotations annotations_of(const Base& base)
{
  oci::Annotations annotations;
  if (base.image) {
    annotations["org.opencontainers.image.base.digest"] = base.image->descriptor.digest;
  }
  // A folder's path is of no use to others.
  if (base.image && !base.name.starts_with("oci:")) {
    annotations["org.opencontainers.image.base.name"] = base.name;
  }
  return annotations;
}

BuildResponse response_of(const BuildRequest& request, std::vector<BuiltLayer> layers)
{
  BuildResponse response{.layout = layout_of(request), .tag = tag_of(request)};
  take_layers(response, std::move(layers));
  return response;
}

/// The digest that the tag points to, when that image is there whole.
std::optional<std::string> present_digest(const BuildRequest& request)
{
  const auto layout = oci::Layout::open(layout_of(request));
  const auto image = layout ? layout->find(tag_of(request), oci_name_of(request.project->handler->architecture)) : fail(layout.error());
  if (!image) {
    return std::nullopt;
  }
  const auto& layers = image->manifest.layers;
  const bool is_whole = std::all_of(layers.begin(), layers.end(), [&](const oci::Descriptor& layer) { return layout->has(layer); });
  return is_whole ? std::optional(image->descriptor.digest) : std::nullopt;
}

/// What there is, when it is just what would be built.
std::optional<BuildResponse> unchanged(const BuildRequest& request, const Base& base, std::vector<BuiltLayer> layers)
{
  const std::string digest = oci::Layout::digest_of_image(config_of(request, base, layers), descriptors_of(layers), annotations_of(base));
  if (present_digest(request) != digest) {
    return std::nullopt;
  }
  BuildResponse response = response_of(request, std::move(layers));
  response.digest = digest;
  return response;
}

/// The wheels depend on the base's Python, so that more is not known before it is here.
cli::Plan plan_of_fetch(const BuildRequest& request)
{
  using Kind = cli::PlanStep::Kind;
  return {
      .steps = {{Kind::create, fmt::format("base {}", request.project->handler->base), "fetch from its registry"},
                {Kind::update, fmt::format("image {}:{}", layout_of(request).string(), tag_of(request)), "build once the base is here"}}};
}

}  // namespace

Result<BuildPlan> plan_build(const BuildRequest& request)
{
  DAVIT_TRY(check_supported(*request.project));
  if (is_zip(*request.project)) {
    return plan_zip(request);
  }
  DAVIT_TRY_ASSIGN(const auto found, open(request, LayerCache::view(request.state_directory / "cache"), Fetch::no));
  if (!found) {
    return BuildPlan{.plan = plan_of_fetch(request), .unchanged = {}};
  }
  const Opened& opened = *found;
  const LayerContext context = context_of(request, opened);
  DAVIT_TRY_ASSIGN(const auto wheels, plan_wheels(context));
  DAVIT_TRY_ASSIGN(const FileTree tree, application_tree(*request.project, opened.base));
  DAVIT_TRY_ASSIGN(const auto cached, cached_layers(wheels, tree, context));
  BuildPlan out;
  if (cached) {
    auto layers = layers_of(opened.base);
    layers.insert(layers.end(), cached->begin(), cached->end());
    out.unchanged = unchanged(request, opened.base, std::move(layers));
  }
  out.plan.steps = layer_steps(wheels, tree, context, out.unchanged.has_value());
  out.plan.steps.push_back({out.unchanged ? cli::PlanStep::Kind::skip : cli::PlanStep::Kind::update,
                            fmt::format("image {}:{}", layout_of(request).string(), tag_of(request)),
                            out.unchanged ? "unchanged: " + out.unchanged->digest : fmt::format("on the base {}", opened.base.name)});
  return out;
}

Result<BuildResponse> build(const BuildRequest& request)
{
  const InterruptScope interrupt_scope;
  DAVIT_TRY(check_supported(*request.project));
  if (is_zip(*request.project)) {
    return build_zip(request);
  }
  DAVIT_TRY_ASSIGN(LayerCache cache, LayerCache::open(request.state_directory / "cache"));
  DAVIT_TRY_ASSIGN(const auto found, open(request, std::move(cache), Fetch::missing));
  const Opened& opened = *found;
  DAVIT_TRY_ASSIGN(oci::Layout layout, oci::Layout::create(layout_of(request)));
  DAVIT_TRY_ASSIGN(const oci::LayoutLock lock, layout.lock());
  DAVIT_TRY_ASSIGN(auto layers, build_layers(context_of(request, opened), layout));
  BuildResponse response = response_of(request, std::move(layers));
  const auto before = layout.find(response.tag, oci_name_of(request.project->handler->architecture));
  const auto config = config_of(request, opened.base, response.layers);
  DAVIT_TRY_ASSIGN(const auto descriptor, layout.put(response.tag, config, descriptors_of(response.layers), annotations_of(opened.base)));
  response.digest = descriptor.digest;
  if (opened.base.was_offline) {
    response.notices.push_back(fmt::format("the registry of the base '{}' does not answer: built on what the tag named before, {}",
                                           opened.base.name, opened.base.image->descriptor.digest));
  }
  response.changed = !before || before->descriptor.digest != descriptor.digest;
  if (response.changed) {
    DAVIT_TRY(layout.prune());
  }
  return response;
}

}  // namespace davit::commands::image
