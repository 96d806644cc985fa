// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "aws/local/ecr/registry.hpp"
#include "aws/local/fault.hpp"

/// Manifests that name another one as their subject (distribution-spec, "Listing Referrers").
namespace davit::aws::local::ecr {

/// The digest that a manifest names as its subject; empty when it names none.
std::string subject_of(std::string_view manifest);

/// An index of what names `digest` as its subject; of one artifact type alone unless that is empty. An empty index when nothing does.
Answer<Json> referrers_of(const Registry& registry, const Repository& repository, const std::string& digest,
                          const std::string& artifact_type);

}  // namespace davit::aws::local::ecr
