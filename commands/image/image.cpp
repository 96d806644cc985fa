// SPDX-License-Identifier: Apache-2.0
#include "commands/image/image.hpp"

#include <CLI/App.hpp>

#include "commands/image/build.hpp"
#include "commands/image/check.hpp"
#include "commands/image/diff.hpp"
#include "commands/image/inspect.hpp"
#include "commands/image/lock.hpp"
#include "commands/image/push.hpp"
#include "commands/image/scan.hpp"
#include "commands/image/verify.hpp"

namespace davit::commands::image {

void add_image(CLI::App& root, cli::Registry& registry)
{
  CLI::App& group =
      registry.add_group(root, "image", "The handler's container image: build, check, push, scan and verify it, without Docker");
  add_base(group, registry);
  add_build(group, registry);
  add_check(group, registry);
  add_diff(group, registry);
  add_inspect(group, registry);
  add_lock(group, registry);
  add_push(group, registry);
  add_scan(group, registry);
  add_verify(group, registry);
}

}  // namespace davit::commands::image
