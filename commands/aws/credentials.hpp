// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "aws/auth/credentials.hpp"
#include "cli/command.hpp"

namespace davit::commands::aws {

/// The credentials in one of the forms of `aws configure export-credentials`, or as davit's own JSON ("json").
/// https://docs.aws.amazon.com/cli/latest/reference/configure/export-credentials.html
std::string format_credentials(const davit::aws::auth::Credentials& credentials, const std::string& format);

void add_credentials(CLI::App& group, cli::Registry& registry);

}  // namespace davit::commands::aws
