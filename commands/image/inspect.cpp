// SPDX-License-Identifier: Apache-2.0
#include "commands/image/inspect.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/App.hpp>
#include <memory>

#include "aws/oci/layer.hpp"
#include "aws/oci/tar_reader.hpp"
#include "commands/image/image_reference.hpp"
#include "commands/image/size_text.hpp"
#include "commands/image/zip_package.hpp"

namespace davit::commands::image {
namespace {

namespace fs = std::filesystem;
namespace oci = aws::oci;

cli::CommandDoc inspect_doc()
{
  return {
      .summary = "Show and verify an image of an OCI layout, or a zip package",
      .description =
          "Reads every blob and every uncompressed layer and holds it against its digest. IMAGE is a layout (DIR, DIR:TAG or oci:DIR:TAG) or a tag of "
          "the project's own layout, .davit/image; without it, the image that `davit image build` makes here.\n"
          "Of a zip package (FILE.zip, a folder with function.zip, or a tag where handler.package is zip) each archive is listed with its sizes "
          "and its hash in base64, as Lambda's CodeSha256 has it, and each file is held against its checksum.",
      .examples = {{"davit image inspect", "The project's image"},
                   {"davit image inspect oci:.davit/base", "The base, or any other layout"},
                   {"davit image inspect dist/function.zip", "Is that what Lambda's CodeSha256 says?"},
                   {"davit image inspect prod -o json", "The image of an environment, for a script"}}};
}

/// The layers' entries of the history, or none when the image does not keep one for each.
std::vector<oci::History> layer_history(const oci::Image& image)
{
  std::vector<oci::History> entries;
  std::copy_if(image.config.history.begin(), image.config.history.end(), std::back_inserter(entries),
               [](const oci::History& entry) { return !entry.empty_layer; });
  if (entries.size() != image.manifest.layers.size()) {
    entries.assign(image.manifest.layers.size(), {});
  }
  return entries;
}

Result<std::uint64_t> count_files(std::string_view archive)
{
  oci::TarReader reader(archive);
  std::uint64_t files = 0;
  while (true) {
    DAVIT_TRY_ASSIGN(const auto entry, reader.next());
    if (!entry) {
      return files;
    }
    files += entry->type == oci::EntryType::directory ? 0 : 1;
  }
}

Result<InspectedLayer> inspect_layer(const oci::Layout& layout, const oci::Descriptor& descriptor, const std::string& diff_id,
                                     const oci::History& history)
{
  DAVIT_TRY_ASSIGN(const oci::MappedFile blob, layout.read(descriptor));
  DAVIT_TRY_ASSIGN(oci::ScratchFile archive, oci::read_layer(blob.bytes(), descriptor, diff_id, fs::temp_directory_path()));
  DAVIT_TRY_ASSIGN(const std::string_view bytes, archive.view());
  InspectedLayer layer{.descriptor = descriptor, .diff_id = diff_id, .created_by = history.created_by, .comment = history.comment};
  DAVIT_TRY_ASSIGN(layer.files, count_files(bytes));
  layer.uncompressed = bytes.size();
  return layer;
}

Error with_cure(Error error)
{
  return error.hint.empty() ? std::move(error).with_hint("make it again: davit image build --refresh; or copy the layout anew") : error;
}

OrderedJson pairs_json(const std::vector<std::string>& environment)
{
  OrderedJson out = OrderedJson::object();
  for (const auto& entry : environment) {
    const std::size_t equals = std::min(entry.find('='), entry.size());
    out[entry.substr(0, equals)] = entry.substr(std::min(equals + 1, entry.size()));
  }
  return out;
}

OrderedJson layers_json(const InspectResponse& response)
{
  OrderedJson layers = OrderedJson::array();
  for (const auto& layer : response.layers) {
    layers.push_back({{"digest", layer.descriptor.digest},
                      {"size", layer.descriptor.size},
                      {"mediaType", layer.descriptor.media_type},
                      {"diffId", layer.diff_id},
                      {"uncompressedSize", layer.uncompressed},
                      {"files", layer.files},
                      {"createdBy", layer.created_by},
                      {"kind", layer.comment}});
  }
  return layers;
}

template <typename Number>
std::uint64_t sum(const InspectResponse& response, Number number)
{
  std::uint64_t total = 0;
  for (const auto& layer : response.layers) {
    total += number(layer);
  }
  return total;
}

OrderedJson to_json(const InspectResponse& response)
{
  const auto& config = response.image.config;
  return {{"digest", response.image.descriptor.digest},
          {"layout", response.layout.string() + (response.tag.empty() ? "" : ":" + response.tag)},
          {"verified", true},
          {"created", config.created},
          {"os", config.platform.os},
          {"architecture", config.platform.architecture},
          {"entrypoint", config.entrypoint},
          {"command", config.command},
          {"workingDirectory", config.working_directory},
          {"environment", pairs_json(config.environment)},
          {"labels", config.labels},
          {"annotations", response.image.manifest.annotations},
          {"config", {{"digest", response.image.manifest.config.digest}, {"size", response.image.manifest.config.size}}},
          {"size", sum(response, [](const InspectedLayer& layer) { return layer.descriptor.size; })},
          {"uncompressedSize", sum(response, [](const InspectedLayer& layer) { return layer.uncompressed; })},
          {"layers", layers_json(response)}};
}

cli::Table table_of(const InspectResponse& response)
{
  const auto& config = response.image.config;
  cli::Table table;
  table.rows = {{"image", response.image.descriptor.digest},
                {"layout", response.layout.string() + (response.tag.empty() ? "" : ":" + response.tag)},
                {"platform", config.platform.os + "/" + config.platform.architecture},
                {"created", config.created},
                {"entrypoint", fmt::format("{}", fmt::join(config.entrypoint, " "))},
                {"command", fmt::format("{}", fmt::join(config.command, " "))},
                {"directory", config.working_directory},
                {"environment", fmt::format("{}", fmt::join(config.environment, " "))}};
  for (const auto& layer : response.layers) {
    const std::string what = layer.comment.empty() ? layer.created_by : layer.comment;
    table.rows.push_back(
        {"layer", fmt::format("{}  {}, {} files, {} uncompressed{}", layer.descriptor.digest, size_text(layer.descriptor.size), layer.files,
                              size_text(layer.uncompressed), what.empty() ? "" : "  " + what)});
  }
  table.rows.push_back({"verified", "every blob and every layer has its digest"});
  return table;
}

}  // namespace

Result<InspectResponse> inspect(const InspectRequest& request)
{
  auto layout = oci::Layout::open(request.reference.directory);
  if (!layout) {
    return fail(std::move(layout).error().with_hint("build one with: davit image build"));
  }
  InspectResponse response{.layout = fs::absolute(request.reference.directory).lexically_normal(), .tag = request.reference.tag};
  DAVIT_TRY_ASSIGN(response.image, layout->find(request.reference.tag));
  const auto history = layer_history(response.image);
  for (std::size_t i = 0; i < history.size(); ++i) {
    auto layer = inspect_layer(*layout, response.image.manifest.layers[i], response.image.config.diff_ids[i], history[i]);
    if (!layer) {
      return fail(with_cure(std::move(layer).error()));
    }
    response.layers.push_back(std::move(*layer));
  }
  return response;
}

void add_inspect(CLI::App& group, cli::Registry& registry)
{
  CLI::App& command = registry.add(group, "inspect", inspect_doc());
  const auto typed = std::make_shared<std::string>();
  command.add_option("image", *typed, "Layout, or tag of the project's own layout")->type_name("IMAGE");
  registry.bind(command, [typed](cli::Context& context) -> Result<cli::Outcome> {
    DAVIT_TRY_ASSIGN(const auto package, package_path(context, *typed));
    if (package) {
      DAVIT_TRY_ASSIGN(cli::Document document, inspect_package(*package));
      return cli::Outcome{.document = std::move(document)};
    }
    DAVIT_TRY_ASSIGN(auto reference, image_reference(context, *typed));
    DAVIT_TRY_ASSIGN(const InspectResponse response, inspect({.reference = std::move(reference)}));
    return cli::Outcome{.document = {.data = to_json(response), .table = table_of(response), .list_member = "layers"}};
  });
}

}  // namespace davit::commands::image
