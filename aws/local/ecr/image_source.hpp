// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "aws/local/ecr/registry.hpp"
#include "aws/local/fault.hpp"
#include "aws/oci/layout.hpp"

namespace davit::aws::local::ecr {

/// An image that Lambda can start, and the layout in which its blobs lie.
struct SourceImage {
  oci::Layout layout;
  oci::Image image;
};

/// What ImageUri names: HOST/REPOSITORY[:TAG][@DIGEST] of this registry, the tag resolved now. The faults are those of Lambda's API
/// (InvalidParameterValueException): an image that is not there, an index, and layers that Lambda does not read.
Answer<SourceImage> find_source_image(const Registry& registry, const Owner& owner, const std::string& uri);

}  // namespace davit::aws::local::ecr
