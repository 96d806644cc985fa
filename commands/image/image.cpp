// SPDX-License-Identifier: Apache-2.0
#include "commands/image/image.hpp"

#include <CLI/App.hpp>

#include "commands/image/build.hpp"
#include "commands/image/check.hpp"
#include "commands/image/inspect.hpp"

namespace davit::commands::image {

void add_image(CLI::App& root, cli::Registry& registry)
{
  CLI::App& group = registry.add_group(root, "image", "The handler's container image: build, check and inspect it, without Docker");
  add_build(group, registry);
  add_check(group, registry);
  add_inspect(group, registry);
}

}  // namespace davit::commands::image
