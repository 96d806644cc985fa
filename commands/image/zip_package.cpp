// SPDX-License-Identifier: Apache-2.0
#include "commands/image/zip_package.hpp"

#include <fmt/format.h>

#include "aws/oci/digest.hpp"
#include "commands/image/image_reference.hpp"
#include "commands/image/zip_archive.hpp"
#include "commands/image/zip_build.hpp"

namespace davit::commands::image {
namespace {

namespace fs = std::filesystem;
namespace oci = aws::oci;

bool names_package(const fs::path& typed)
{
  std::error_code error;
  return typed.extension() == ".zip" || fs::exists(typed / k_function_archive, error);
}

Result<PackagedArchive> open_archive(const fs::path& path)
{
  DAVIT_TRY_ASSIGN(oci::MappedFile file, oci::MappedFile::open(path));
  auto members = aws::zip::members_of(file.bytes());
  if (!members) {
    return fail(std::move(members).error().wrap(path.string()));
  }
  std::string digest = oci::digest_of(file.bytes());
  return PackagedArchive{.path = path,
                         .kind = path.filename() == k_layer_archive ? "layer" : "function",
                         .file = std::move(file),
                         .members = std::move(*members),
                         .digest = std::move(digest)};
}

}  // namespace

std::string ZipPackage::digest() const
{
  std::vector<std::string> digests;
  std::transform(archives.begin(), archives.end(), std::back_inserter(digests),
                 [](const PackagedArchive& archive) { return archive.digest; });
  return package_digest(digests);
}

std::uint64_t ZipPackage::unzipped_size() const
{
  std::uint64_t size = 0;
  for (const auto& archive : archives) {
    size += aws::zip::unzipped_size(archive.members);
  }
  return size;
}

Result<std::optional<fs::path>> package_path(cli::Context& context, const std::string& typed)
{
  if (!typed.empty() && names_package(typed)) {
    return fs::absolute(typed).lexically_normal();
  }
  if (!typed.empty() && names_layout(typed)) {
    return std::nullopt;
  }
  DAVIT_TRY_ASSIGN(const auto* project, context.project_if_any());
  const bool is_zip = project != nullptr && project->handler && project->handler->package == cli::config::PackageType::zip;
  if (!is_zip) {
    return std::nullopt;
  }
  const std::string& environment = context.globals().environment;
  return fs::absolute(zip_folder(context.state_directory(), !typed.empty()        ? typed
                                                            : environment.empty() ? "latest"
                                                                                  : environment))
      .lexically_normal();
}

Result<ZipPackage> open_package(const fs::path& path)
{
  std::error_code error;
  ZipPackage package{.path = path, .archives = {}};
  std::vector<fs::path> files{path};
  if (path.extension() != ".zip") {
    files = {path / k_function_archive};
    if (fs::exists(path / k_layer_archive, error)) {
      files.insert(files.begin(), path / k_layer_archive);
    }
  }
  if (!fs::exists(files.back(), error)) {
    return fail(Error{.kind = ErrorKind::not_found,
                      .message = fmt::format("there is no zip package at {}", path.string()),
                      .hint = "build one with: davit image build"});
  }
  for (const auto& file : files) {
    DAVIT_TRY_ASSIGN(PackagedArchive archive, open_archive(file));
    package.archives.push_back(std::move(archive));
  }
  return package;
}

Result<ImageTree> tree_of(const ZipPackage& package)
{
  std::vector<ImageTree::MountedArchive> mounted;
  for (const auto& archive : package.archives) {
    mounted.push_back({.name = archive.path.string(), .bytes = archive.file.bytes(), .root = archive.root()});
  }
  return ImageTree::unzip(mounted, fs::temp_directory_path());
}

Result<ComparedImage> compared_package(const ZipPackage& package)
{
  DAVIT_TRY_ASSIGN(ImageTree tree, tree_of(package));
  ComparedImage compared{.image = {}, .tree = std::move(tree)};
  compared.image.descriptor.digest = package.digest();
  return compared;
}

}  // namespace davit::commands::image
