// SPDX-License-Identifier: Apache-2.0
#include "commands/image/sbom.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "aws/core/uri.hpp"

namespace davit::commands::image {
namespace {

namespace oci = aws::oci;

using Fields = std::map<std::string, std::string, std::less<>>;

/// The header of a file like an e-mail's (PEP 566; Debian policy 5.1): the first value of each field, continuation lines left out.
Fields fields_of(std::string_view text)
{
  Fields out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    line.remove_suffix(line.ends_with('\r') ? 1 : 0);
    if (line.empty()) {
      break;
    }
    const std::size_t colon = line.find(':');
    if (line.front() == ' ' || line.front() == '\t' || colon == std::string_view::npos) {
      continue;
    }
    std::string_view value = line.substr(colon + 1);
    value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
    out.emplace(line.substr(0, colon), value);
  }
  return out;
}

std::string field(const Fields& fields, std::string_view name)
{
  const auto found = fields.find(name);
  return found == fields.end() ? std::string{} : found->second;
}

/// The name of a project as indexes write it (packaging.python.org, "Names and normalization").
std::string index_name(const std::string& name)
{
  std::string out;
  for (const char c : name) {
    const bool separates = c == '-' || c == '_' || c == '.';
    if (!separates) {
      out.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
    } else if (!out.ends_with('-')) {
      out.push_back('-');
    }
  }
  return out;
}

void add_distribution(const std::string& path, std::string_view text, std::vector<Package>& out)
{
  const Fields fields = fields_of(text);
  Package package{.type = "pypi",
                  .name = index_name(field(fields, "Name")),
                  .version = field(fields, "Version"),
                  .license = field(fields, "License-Expression"),
                  .supplier = field(fields, "Author"),
                  .evidence = "/" + path};
  if (!package.name.empty() && !package.version.empty()) {
    out.push_back(std::move(package));
  }
}

/// One paragraph, or all of var/lib/dpkg/status.
void add_debian(const std::string& path, std::string_view text, std::vector<Package>& out)
{
  while (!text.empty()) {
    const std::size_t end = std::min(text.find("\n\n"), text.size());
    const Fields fields = fields_of(text.substr(0, end));
    text.remove_prefix(std::min(end + 2, text.size()));
    const std::string status = field(fields, "Status");
    if (field(fields, "Package").empty() || (!status.empty() && status.find(" installed") == std::string::npos)) {
      continue;
    }
    out.push_back({.type = "deb",
                   .name = field(fields, "Package"),
                   .version = field(fields, "Version"),
                   .supplier = field(fields, "Maintainer"),
                   .namespace_ = "debian",
                   .qualifiers = "arch=" + field(fields, "Architecture"),
                   .evidence = "/" + path});
  }
}

/// A package URL (github.com/package-url/purl-spec).
std::string purl_of(const Package& package)
{
  return fmt::format("pkg:{}/{}{}@{}{}", package.type, package.namespace_.empty() ? "" : package.namespace_ + "/",
                     percent_encode(package.name), percent_encode(package.version),
                     package.qualifiers.empty() ? "" : "?" + package.qualifiers);
}

OrderedJson component_of(const Package& package)
{
  const std::string purl = purl_of(package);
  OrderedJson out{{"type", "library"}, {"bom-ref", purl}, {"name", package.name}, {"version", package.version}};
  if (!package.supplier.empty()) {
    out["supplier"] = {{"name", package.supplier}};
  }
  if (!package.license.empty()) {
    out["licenses"] = OrderedJson::array({{{"expression", package.license}}});
  }
  out["purl"] = purl;
  out["evidence"] = {{"occurrences", OrderedJson::array({{{"location", package.evidence}}})}};
  return out;
}

OrderedJson property(const char* name, const std::string& value)
{
  return {{"name", name}, {"value", value}};
}

OrderedJson main_component(const BilledComponent& component)
{
  const std::string& digest = component.digest;
  OrderedJson properties = OrderedJson::array({property("davit:architecture", component.architecture)});
  if (!component.base_digest.empty()) {
    properties.push_back(property("davit:baseDigest", component.base_digest));
  }
  return {{"type", component.type},
          {"bom-ref", digest},
          {"name", component.name},
          {"version", digest},
          {"hashes", OrderedJson::array({{{"alg", "SHA-256"}, {"content", digest.substr(digest.find(':') + 1)}}})},
          {"properties", std::move(properties)}};
}

}  // namespace

std::vector<Package> packages_of(const ImageTree& tree)
{
  std::vector<Package> out;
  for (const auto& [path, file] : tree.files()) {
    if (file.type != oci::EntryType::file) {
      continue;
    }
    if (path.ends_with(".dist-info/METADATA")) {
      add_distribution(path, file.content, out);
    } else if (path == "var/lib/dpkg/status" || (path.starts_with("var/lib/dpkg/status.d/") && !path.ends_with(".md5sums"))) {
      add_debian(path, file.content, out);
    }
  }
  // One that lies in two places is one component.
  std::sort(out.begin(), out.end(), [](const Package& a, const Package& b) { return purl_of(a) < purl_of(b); });
  out.erase(std::unique(out.begin(), out.end(), [](const Package& a, const Package& b) { return purl_of(a) == purl_of(b); }), out.end());
  return out;
}

BilledComponent component_of(const oci::Image& image, const std::string& name)
{
  BilledComponent component{
      .name = name, .digest = image.descriptor.digest, .created = image.config.created, .architecture = image.config.platform.architecture};
  const auto base = image.manifest.annotations.find("org.opencontainers.image.base.digest");
  component.base_digest = base == image.manifest.annotations.end() ? "" : base->second;
  return component;
}

OrderedJson cyclonedx(const BilledComponent& component, const std::vector<Package>& packages)
{
  OrderedJson components = OrderedJson::array();
  OrderedJson contained = OrderedJson::array();
  for (const auto& package : packages) {
    components.push_back(component_of(package));
    contained.push_back(purl_of(package));
  }
  return {{"$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json"},
          {"bomFormat", "CycloneDX"},
          {"specVersion", "1.6"},
          {"version", 1},
          {"metadata",
           {{"timestamp", component.created},
            {"tools", {{"components", OrderedJson::array({{{"type", "application"}, {"name", "davit"}}})}}},
            {"component", main_component(component)}}},
          {"components", std::move(components)},
          {"dependencies", OrderedJson::array({{{"ref", component.digest}, {"dependsOn", std::move(contained)}}})}};
}

}  // namespace davit::commands::image
