// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.hpp"

namespace davit::commands::terraform {

/// The noun `terraform`: what davit.yaml means to a Terraform module.
void add_terraform(CLI::App& root, cli::Registry& registry);

}  // namespace davit::commands::terraform
