// SPDX-License-Identifier: Apache-2.0
#include "aws/oci/image.hpp"

#include <fmt/format.h>

#include "aws/oci/digest.hpp"

namespace davit::aws::oci {
namespace {

using Strings = std::vector<std::string>;

void set_if_any(OrderedJson& object, const char* name, const auto& value)
{
  if (!value.empty()) {
    object[name] = value;
  }
}

std::string text_member(const OrderedJson& object, const char* name)
{
  const auto found = object.find(name);
  return found == object.end() || !found->is_string() ? std::string{} : found->get<std::string>();
}

/// A member that may be missing or null, as Docker writes empty ones.
template <typename T>
T member_or_empty(const OrderedJson& object, const char* name)
{
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? T{} : found->get<T>();
}

Platform platform_of(const OrderedJson& object)
{
  return {.os = text_member(object, "os"), .architecture = text_member(object, "architecture"), .variant = text_member(object, "variant")};
}

void write_platform(OrderedJson& object, const Platform& platform)
{
  object["architecture"] = platform.architecture;
  object["os"] = platform.os;
  set_if_any(object, "variant", platform.variant);
}

Descriptor descriptor_of(const OrderedJson& object)
{
  Descriptor descriptor{.media_type = text_member(object, "mediaType"), .digest = object.at("digest").get<std::string>()};
  descriptor.size = object.at("size").get<std::uint64_t>();
  descriptor.annotations = member_or_empty<Annotations>(object, "annotations");
  if (const auto platform = object.find("platform"); platform != object.end()) {
    descriptor.platform = platform_of(*platform);
  }
  return descriptor;
}

OrderedJson to_json(const Descriptor& descriptor)
{
  OrderedJson object{{"mediaType", descriptor.media_type}, {"digest", descriptor.digest}, {"size", descriptor.size}};
  if (descriptor.platform) {
    write_platform(object["platform"], *descriptor.platform);
  }
  set_if_any(object, "annotations", descriptor.annotations);
  return object;
}

History history_of(const OrderedJson& object)
{
  return {.created = text_member(object, "created"),
          .created_by = text_member(object, "created_by"),
          .comment = text_member(object, "comment"),
          .empty_layer = object.value("empty_layer", false)};
}

OrderedJson to_json(const History& history)
{
  OrderedJson object = OrderedJson::object();
  set_if_any(object, "created", history.created);
  set_if_any(object, "created_by", history.created_by);
  set_if_any(object, "comment", history.comment);
  if (history.empty_layer) {
    object["empty_layer"] = true;
  }
  return object;
}

/// Removes the members that have a place of their own in the model; the rest is kept as it is.
OrderedJson without(OrderedJson object, std::initializer_list<const char*> known)
{
  for (const char* name : known) {
    object.erase(name);
  }
  return object;
}

void read_run_settings(const OrderedJson& object, ImageConfig& config)
{
  config.environment = member_or_empty<Strings>(object, "Env");
  config.entrypoint = member_or_empty<Strings>(object, "Entrypoint");
  config.command = member_or_empty<Strings>(object, "Cmd");
  config.working_directory = member_or_empty<std::string>(object, "WorkingDir");
  config.labels = member_or_empty<std::map<std::string, std::string>>(object, "Labels");
  config.other_config = without(object, {"Env", "Entrypoint", "Cmd", "WorkingDir", "Labels"});
}

ImageConfig config_of(const OrderedJson& document)
{
  ImageConfig config{.platform = platform_of(document), .created = text_member(document, "created")};
  read_run_settings(member_or_empty<OrderedJson>(document, "config"), config);
  config.diff_ids = document.at("rootfs").at("diff_ids").get<Strings>();
  for (const auto& entry : member_or_empty<std::vector<OrderedJson>>(document, "history")) {
    config.history.push_back(history_of(entry));
  }
  config.other = without(document, {"architecture", "os", "variant", "created", "config", "rootfs", "history"});
  return config;
}

/// Runs a reader over a document; what does not have the specified shape becomes an error that names the document.
template <typename Read>
auto read_document(std::string_view text, std::string_view name, std::string_view what, Read read) -> Result<decltype(read(OrderedJson{}))>
{
  DAVIT_TRY_ASSIGN(const OrderedJson document, parse_ordered_json(text, name));
  try {
    return read(document);
  } catch (const nlohmann::json::exception&) {
    return fail(failed_error(fmt::format("{} is not an OCI image {}: a member is missing or of another type", name, what),
                             "copy the image anew, for example with skopeo copy"));
  }
}

Status check_digests(const std::vector<Descriptor>& descriptors)
{
  for (const auto& descriptor : descriptors) {
    DAVIT_TRY(digest_hex(descriptor.digest));
  }
  return {};
}

}  // namespace

std::optional<std::string> ImageConfig::variable(std::string_view name) const
{
  for (const auto& entry : environment) {
    if (entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == '=') {
      return entry.substr(name.size() + 1);
    }
  }
  return std::nullopt;
}

void ImageConfig::set_variable(const std::string& name, const std::string& value)
{
  std::erase_if(environment, [&](const std::string& entry) { return entry.starts_with(name + "="); });
  environment.push_back(name + "=" + value);
}

Result<std::vector<Descriptor>> parse_index(std::string_view text, std::string_view name)
{
  DAVIT_TRY_ASSIGN(auto index, read_document(text, name, "index", [](const OrderedJson& document) {
                     std::vector<Descriptor> descriptors;
                     for (const auto& entry : document.at("manifests")) {
                       descriptors.push_back(descriptor_of(entry));
                     }
                     return descriptors;
                   }));
  DAVIT_TRY(check_digests(index));
  return index;
}

Result<Manifest> parse_manifest(std::string_view text, std::string_view name)
{
  DAVIT_TRY_ASSIGN(Manifest manifest, read_document(text, name, "manifest", [](const OrderedJson& document) {
                     Manifest read{.config = descriptor_of(document.at("config")), .layers = {}};
                     for (const auto& layer : document.at("layers")) {
                       read.layers.push_back(descriptor_of(layer));
                     }
                     read.annotations = member_or_empty<Annotations>(document, "annotations");
                     return read;
                   }));
  DAVIT_TRY(check_digests({manifest.config}));
  DAVIT_TRY(check_digests(manifest.layers));
  return manifest;
}

Result<ImageConfig> parse_config(std::string_view text, std::string_view name)
{
  return read_document(text, name, "config", config_of);
}

std::string to_text(const std::vector<Descriptor>& index)
{
  OrderedJson document{{"schemaVersion", 2}, {"mediaType", media_type::k_index}, {"manifests", OrderedJson::array()}};
  for (const auto& descriptor : index) {
    document["manifests"].push_back(to_json(descriptor));
  }
  return document.dump();
}

std::string to_text(const Manifest& manifest)
{
  OrderedJson document{{"schemaVersion", 2}, {"mediaType", media_type::k_manifest}, {"config", to_json(manifest.config)}};
  document["layers"] = OrderedJson::array();
  for (const auto& layer : manifest.layers) {
    document["layers"].push_back(to_json(layer));
  }
  set_if_any(document, "annotations", manifest.annotations);
  return document.dump();
}

std::string to_text(const ImageConfig& config)
{
  OrderedJson run = OrderedJson::object();
  set_if_any(run, "Env", config.environment);
  set_if_any(run, "Entrypoint", config.entrypoint);
  set_if_any(run, "Cmd", config.command);
  set_if_any(run, "WorkingDir", config.working_directory);
  set_if_any(run, "Labels", config.labels);
  run.update(config.other_config);
  OrderedJson document{{"created", config.created}};
  write_platform(document, config.platform);
  document["config"] = std::move(run);
  document["rootfs"] = {{"type", "layers"}, {"diff_ids", config.diff_ids}};
  document["history"] = OrderedJson::array();
  for (const auto& entry : config.history) {
    document["history"].push_back(to_json(entry));
  }
  document.update(config.other);
  return document.dump();
}

}  // namespace davit::aws::oci
