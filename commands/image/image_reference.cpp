// SPDX-License-Identifier: Apache-2.0
#include "commands/image/image_reference.hpp"

namespace davit::commands::image {

bool names_layout(const std::string& typed)
{
  const auto reference = aws::oci::parse_layout_reference(typed);
  std::error_code error;
  return typed.starts_with("oci:") || typed.find('/') != std::string::npos ||
         (reference && std::filesystem::exists(reference->directory / "oci-layout", error));
}

Result<aws::oci::LayoutReference> image_reference(cli::Context& context, const std::string& typed)
{
  if (!typed.empty() && names_layout(typed)) {
    return aws::oci::parse_layout_reference(typed);
  }
  const std::string& environment = context.globals().environment;
  const std::string tag = !typed.empty() ? typed : environment.empty() ? "latest" : environment;
  return aws::oci::LayoutReference{.directory = context.state_directory() / "image", .tag = tag};
}

}  // namespace davit::commands::image
