// SPDX-License-Identifier: Apache-2.0
#include "commands/image/docker_archive.hpp"

#include <set>

#include "aws/core/file.hpp"
#include "aws/core/json.hpp"
#include "aws/oci/digest.hpp"
#include "aws/oci/layer.hpp"
#include "aws/oci/tar_writer.hpp"

namespace davit::commands::image {
namespace {

namespace oci = aws::oci;

/// Layers are named by their content, which the config names too.
Result<std::string> layer_file(const std::string& diff_id)
{
  DAVIT_TRY_ASSIGN(const std::string hex, oci::digest_hex(diff_id));
  return hex + ".tar";
}

Result<std::string> archive_manifest(const oci::Image& image, const std::string& config, const std::string& name)
{
  OrderedJson layers = OrderedJson::array();
  for (const auto& diff_id : image.config.diff_ids) {
    DAVIT_TRY_ASSIGN(std::string file, layer_file(diff_id));
    layers.push_back(std::move(file));
  }
  const OrderedJson entry{{"Config", config}, {"RepoTags", OrderedJson::array({name})}, {"Layers", std::move(layers)}};
  return OrderedJson::array({entry}).dump();
}

Status add_layers(const oci::Layout& layout, const oci::Image& image, const std::filesystem::path& scratch, oci::TarWriter& tar)
{
  std::set<std::string> added;
  for (std::size_t i = 0; i < image.manifest.layers.size(); ++i) {
    const std::string& diff_id = image.config.diff_ids[i];
    if (!added.insert(diff_id).second) {
      continue;
    }
    DAVIT_TRY_ASSIGN(const std::string file, layer_file(diff_id));
    DAVIT_TRY_ASSIGN(const oci::MappedFile blob, layout.read(image.manifest.layers[i]));
    DAVIT_TRY_ASSIGN(oci::ScratchFile archive, oci::read_layer(blob.bytes(), image.manifest.layers[i], diff_id, scratch));
    DAVIT_TRY_ASSIGN(const std::string_view bytes, archive.view());
    DAVIT_TRY(tar.add_file(file, 0644, bytes));
  }
  return {};
}

}  // namespace

Status write_docker_archive(const oci::Layout& layout, const oci::Image& image, const std::string& name, std::int64_t mtime,
                            const std::filesystem::path& file)
{
  DAVIT_TRY_ASSIGN(const std::string hex, oci::digest_hex(image.manifest.config.digest));
  DAVIT_TRY_ASSIGN(const oci::MappedFile config, layout.read(image.manifest.config));
  DAVIT_TRY_ASSIGN(const std::string manifest, archive_manifest(image, hex + ".json", name));
  DAVIT_TRY_ASSIGN(FileReplacement out, FileReplacement::open(file));
  oci::TarWriter tar([&](std::string_view bytes) { return out.write(bytes); }, mtime);
  // Readers that stream want the small documents first.
  DAVIT_TRY(tar.add_file("manifest.json", 0644, manifest));
  DAVIT_TRY(tar.add_file(hex + ".json", 0644, config.bytes()));
  DAVIT_TRY(add_layers(layout, image, layout.blobs(), tar));
  DAVIT_TRY(tar.finish());
  return out.commit();
}

}  // namespace davit::commands::image
