// SPDX-License-Identifier: Apache-2.0
#include "commands/terraform/terraform.hpp"

#include "commands/terraform/check.hpp"
#include "commands/terraform/render.hpp"

namespace davit::commands::terraform {

void add_terraform(CLI::App& root, cli::Registry& registry)
{
  CLI::App& group = registry.add_group(root, "terraform", "The Terraform variables of davit.yaml");
  add_render(group, registry);
  add_check(group, registry);
}

}  // namespace davit::commands::terraform
