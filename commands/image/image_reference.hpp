// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "aws/oci/layout.hpp"
#include "cli/context.hpp"

namespace davit::commands::image {

/// The image that an argument IMAGE names: a layout (DIR, DIR:TAG or oci:DIR:TAG), else a tag of the project's own layout; empty means the
/// image that `davit image build` makes here.
Result<aws::oci::LayoutReference> image_reference(cli::Context& context, const std::string& typed);

/// True when the argument names a layout, not a tag of the project's own.
bool names_layout(const std::string& typed);

}  // namespace davit::commands::image
