// SPDX-License-Identifier: Apache-2.0
#include "commands/image/zip_build.hpp"

#include <fmt/format.h>

#include <regex>

#include "aws/core/file.hpp"
#include "aws/oci/mapped_file.hpp"
#include "aws/zip/reader.hpp"
#include "commands/image/application.hpp"
#include "commands/image/build_steps.hpp"
#include "commands/image/zip_archive.hpp"

namespace davit::commands::image {
namespace {

namespace fs = std::filesystem;
namespace oci = aws::oci;

fs::path folder_of(const BuildRequest& request)
{
  const fs::path chosen = request.out.empty() ? zip_folder(request.state_directory, tag_of(request)) : request.out;
  const fs::path normal = fs::absolute(chosen).lexically_normal();
  return normal.has_filename() ? normal : normal.parent_path();
}

/// The handler's own files are the function, everything else is its layer.
std::string archive_name(const BuiltLayer& built)
{
  return built.kind == "application" ? k_function_archive : k_layer_archive;
}

Result<std::uint64_t> unzipped_size_of(const fs::path& file)
{
  DAVIT_TRY_ASSIGN(const auto mapped, oci::MappedFile::open(file));
  DAVIT_TRY_ASSIGN(const auto members, aws::zip::members_of(mapped.bytes()));
  return aws::zip::unzipped_size(members);
}

Result<BuildResponse> zip_response(const BuildRequest& request, std::vector<BuiltLayer> layers)
{
  BuildResponse response{.layout = folder_of(request), .tag = tag_of(request)};
  take_layers(response, std::move(layers));
  std::vector<std::string> digests;
  for (const auto& built : response.layers) {
    digests.push_back(built.layer.descriptor.digest);
    BuiltArchive archive{.path = response.layout / archive_name(built),
                         .kind = built.kind == "application" ? "function" : "layer",
                         .digest = built.layer.descriptor.digest,
                         .size = built.layer.descriptor.size};
    DAVIT_TRY_ASSIGN(archive.unzipped_size, unzipped_size_of(archive.path));
    response.archives.push_back(std::move(archive));
  }
  response.digest = package_digest(digests);
  return response;
}

/// True when the folder holds just these archives.
bool holds(const fs::path& folder, const std::vector<BuiltLayer>& layers)
{
  std::error_code error;
  const bool has_layer = fs::exists(folder / k_layer_archive, error);
  return has_layer == (layers.size() > 1) && std::all_of(layers.begin(), layers.end(), [&](const BuiltLayer& built) {
           return is_archive(folder / archive_name(built), built.layer);
         });
}

/// What a build works on, and what was made of it before.
struct ZipWork {
  LayerCache cache;
  Base base;
  LockFile lock;
  std::vector<WheelLayer> wheels;
  FileTree tree;
  std::optional<BuildResponse> unchanged;
};

/// It becomes the name of a folder; the rule is that of image tags (distribution-spec, "Pulling manifests").
Status check_tag(const std::string& tag)
{
  static const std::regex k_tag("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");
  return std::regex_match(tag, k_tag) ? Status{}
                                      : fail(usage_error(fmt::format("'{}' is no tag", tag), "write letters, digits, '.', '_' and '-'"));
}

Result<ZipWork> work_of(const BuildRequest& request, LayerCache cache)
{
  DAVIT_TRY(check_tag(tag_of(request)));
  DAVIT_TRY_ASSIGN(LockFile lock, read_lock(*request.project));
  DAVIT_TRY_ASSIGN(auto base, open_base(*request.project, cache.directory(), {}));
  ZipWork work{.cache = std::move(cache), .base = std::move(*base), .lock = std::move(lock), .wheels = {}, .tree = {}, .unchanged = {}};
  const LayerContext context = layer_context(request, work.base, work.cache, work.lock);
  DAVIT_TRY_ASSIGN(work.tree, application_tree(*request.project, work.base));
  DAVIT_TRY_ASSIGN(work.wheels, plan_wheels(context));
  DAVIT_TRY_ASSIGN(auto cached, cached_layers(work.wheels, work.tree, context));
  if (cached && holds(folder_of(request), *cached)) {
    DAVIT_TRY_ASSIGN(work.unchanged, zip_response(request, std::move(*cached)));
  }
  return work;
}

Status make_folder(const fs::path& folder)
{
  std::error_code error;
  fs::create_directories(folder, error);
  return error ? fail(usage_error(fmt::format("cannot make the folder {}: {}", folder.string(), error.message()))) : Status{};
}

/// Puts the layer of wheels beside the function, or takes away that of an earlier build.
Status place_layer(const std::vector<BuiltLayer>& layers, const LayerCache& cache, const fs::path& folder)
{
  const fs::path file = folder / k_layer_archive;
  if (layers.empty()) {
    std::error_code error;
    fs::remove(file, error);
    return error ? fail(failed_error(fmt::format("cannot remove {}: {}", file.string(), error.message()))) : Status{};
  }
  if (is_archive(file, layers.front().layer)) {
    return {};
  }
  DAVIT_TRY_ASSIGN(const auto blob, oci::MappedFile::open(cache.blob(layers.front().layer)));
  return write_file(file, blob.bytes());
}

}  // namespace

fs::path zip_folder(const fs::path& state_directory, const std::string& tag)
{
  return state_directory / "zip" / tag;
}

Result<BuildPlan> plan_zip(const BuildRequest& request)
{
  DAVIT_TRY_ASSIGN(const ZipWork work, work_of(request, LayerCache::view(request.state_directory / "cache")));
  const LayerContext context = layer_context(request, work.base, work.cache, work.lock);
  BuildPlan out{.plan = {.steps = layer_steps(work.wheels, work.tree, context, work.unchanged.has_value())}, .unchanged = work.unchanged};
  out.plan.steps.push_back({work.unchanged ? cli::PlanStep::Kind::skip : cli::PlanStep::Kind::update,
                            fmt::format("zip package {}", folder_of(request).string()),
                            work.unchanged ? "unchanged: " + work.unchanged->digest : fmt::format("for the runtime {}", work.base.name)});
  return out;
}

Result<BuildResponse> build_zip(const BuildRequest& request)
{
  DAVIT_TRY_ASSIGN(LayerCache cache, LayerCache::open(request.state_directory / "cache"));
  DAVIT_TRY_ASSIGN(const ZipWork work, work_of(request, std::move(cache)));
  if (work.unchanged) {
    return *work.unchanged;
  }
  const LayerContext context = layer_context(request, work.base, work.cache, work.lock);
  const fs::path folder = folder_of(request);
  DAVIT_TRY(make_folder(folder));
  std::vector<BuiltLayer> layers;
  for (const auto& wheels : work.wheels) {
    DAVIT_TRY_ASSIGN(BuiltLayer built, build_wheels(wheels, context));
    layers.push_back(std::move(built));
  }
  DAVIT_TRY(place_layer(layers, work.cache, folder));
  DAVIT_TRY_ASSIGN(BuiltLayer application, build_application(work.tree, context, blob_in_archive(context, folder / k_function_archive)));
  layers.push_back(std::move(application));
  DAVIT_TRY_ASSIGN(BuildResponse response, zip_response(request, std::move(layers)));
  response.changed = true;
  return response;
}

}  // namespace davit::commands::image
