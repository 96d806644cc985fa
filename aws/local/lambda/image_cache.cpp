// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/image_cache.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "aws/core/file.hpp"
#include "aws/core/json.hpp"
#include "aws/crypto/random.hpp"
#include "aws/local/lambda/package_tree.hpp"
#include "aws/local/lambda/root_tree.hpp"
#include "aws/oci/unpack.hpp"

namespace davit::aws::local::lambda {
namespace {

namespace fs = std::filesystem;

std::string folder_name(std::string digest)
{
  std::replace(digest.begin(), digest.end(), ':', '-');
  return digest;
}

Json to_json(const UnpackedImage& image)
{
  return {{"digest", image.digest},         {"architecture", image.architecture}, {"environment", image.environment},
          {"entrypoint", image.entrypoint}, {"command", image.command},           {"workingDirectory", image.working_directory}};
}

/// The settings of an image, before it is unpacked.
UnpackedImage settings_of(const oci::Image& image)
{
  const auto& config = image.config;
  return {.digest = image.descriptor.digest,
          .root = {},
          .architecture = config.platform.architecture,
          .environment = config.environment,
          .entrypoint = config.entrypoint,
          .command = config.command,
          .working_directory = config.working_directory};
}

Result<UnpackedImage> read_entry(const fs::path& entry)
{
  DAVIT_TRY_ASSIGN(const auto text, read_file(entry / "image.json"));
  DAVIT_TRY_ASSIGN(const Json document, parse_json(text, (entry / "image.json").string()));
  try {
    return UnpackedImage{.digest = document.at("digest"),
                         .root = entry / "root",
                         .architecture = document.at("architecture"),
                         .environment = document.at("environment"),
                         .entrypoint = document.at("entrypoint"),
                         .command = document.at("command"),
                         .working_directory = document.at("workingDirectory")};
  } catch (const Json::exception& e) {
    return fail(failed_error(fmt::format("{} cannot be read: {}", (entry / "image.json").string(), e.what())));
  }
}

/// Unpacks beside the entry and renames, so that an entry is whole or not there.
Status unpack_entry(const UnpackedImage& image, const fs::path& entry, const std::function<Status(const fs::path&)>& fill)
{
  const fs::path scratch = entry.string() + "." + crypto::random_uuid();
  const auto write = [&]() -> Status {
    std::error_code error;
    fs::create_directories(scratch, error);
    DAVIT_TRY(fill(scratch / "root"));
    DAVIT_TRY(prepare_root(scratch / "root"));
    DAVIT_TRY(write_file(scratch / "image.json", dump_json(to_json(image))));
    fs::rename(scratch, entry, error);
    return error ? Status(fail(failed_error(fmt::format("cannot make {}: {}", entry.string(), error.message())))) : Status{};
  };
  auto written = write();
  if (!written) {
    std::error_code ignored;
    fs::remove_all(scratch, ignored);
  }
  return written;
}

}  // namespace

Result<UnpackedImage> ImageCache::add(const std::string& reference, std::string_view architecture)
{
  DAVIT_TRY_ASSIGN(const auto parsed, oci::parse_layout_reference(reference));
  if (!parsed.directory.is_absolute()) {
    return fail(usage_error(fmt::format("'{}' is no absolute path", parsed.directory.string()), "write oci:/absolute/DIR[:TAG]"));
  }
  DAVIT_TRY_ASSIGN(const auto layout, oci::Layout::open(parsed.directory));
  DAVIT_TRY_ASSIGN(const auto image, layout.find(parsed.tag, architecture));
  return add(layout, image);
}

Result<UnpackedImage> ImageCache::add(const oci::Layout& layout, const oci::Image& image)
{
  return add(settings_of(image), [&](const fs::path& root) { return oci::unpack(layout, image, root).map([](const auto&) {}); });
}

Result<UnpackedImage> ImageCache::add(const ZipPackage& package, const CodeStore& code, std::string_view architecture)
{
  const auto python = package.python_version();
  const UnpackedImage image{.digest = package.digest(),
                            .root = {},
                            .architecture = std::string(architecture),
                            .environment = {},
                            .entrypoint = python ? std::vector{"python" + *python, std::string(k_python_client_path)}
                                                 : std::vector<std::string>{std::string(k_bootstrap_path)},
                            .command = {},
                            .working_directory = "/var/task"};
  return add(image, [&](const fs::path& root) { return unzip_package(package, code, root); });
}

Result<UnpackedImage> ImageCache::add(const UnpackedImage& image, const std::function<Status(const fs::path&)>& fill)
{
  const fs::path entry = m_folder / folder_name(image.digest);
  const std::lock_guard lock(m_mutex);
  if (!fs::exists(entry)) {
    DAVIT_TRY(unpack_entry(image, entry, fill));
  }
  return read_entry(entry);
}

void ImageCache::sweep() const
{
  std::vector<fs::path> unfinished;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(m_folder, ignored)) {
    if (entry.path().has_extension()) {
      unfinished.push_back(entry.path());
    }
  }
  for (const auto& path : unfinished) {
    fs::remove_all(path, ignored);
  }
}

Result<UnpackedImage> ImageCache::find(const std::string& digest) const
{
  return read_entry(m_folder / folder_name(digest));
}

}  // namespace davit::aws::local::lambda
