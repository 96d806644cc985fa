// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "aws/core/json.hpp"
#include "aws/oci/layout.hpp"
#include "commands/image/image_tree.hpp"

namespace davit::commands::image {

/// A package that an image holds, as its own metadata says.
struct Package {
  std::string type;  ///< of a package URL: "pypi" or "deb"
  std::string name;
  std::string version;
  std::string license = {};     ///< an SPDX expression; empty when the metadata has none
  std::string supplier = {};    ///< who made it, as the metadata says
  std::string namespace_ = {};  ///< of the package URL: "debian"
  std::string qualifiers = {};  ///< of the package URL: "arch=amd64"
  std::string evidence;         ///< the file that says so
};

/// What the packages are in.
struct BilledComponent {
  std::string type = "container";  ///< of CycloneDX: "container", or "application" for a zip package
  std::string name;
  std::string digest;
  std::string created;  ///< RFC 3339
  std::string architecture;
  std::string base_digest = {};  ///< of an image, where it is known
};

BilledComponent component_of(const aws::oci::Image& image, const std::string& name);

/// The Python distributions (*.dist-info/METADATA) and Debian packages (var/lib/dpkg) of an image, sorted and each once.
std::vector<Package> packages_of(const ImageTree& tree);

/// A bill of materials by CycloneDX 1.6 (cyclonedx.org/docs/1.6/json). Has no serial number and no time but the image's own, so that the
/// same image gives the same document.
OrderedJson cyclonedx(const BilledComponent& component, const std::vector<Package>& packages);

}  // namespace davit::commands::image
