// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/config/project.hpp"
#include "cli/config/read.hpp"

namespace davit::cli::config {

/// Notes what no single value is wrong about: names that refer to nothing, physical names too long for AWS, values that contradict each
/// other. Values that the reader has refused already are passed over.
void check_consistency(const Project& project, Reader& reader);

/// The part of it that is about the API.
void check_api(const Api& api, Reader& reader);

}  // namespace davit::cli::config
