// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/context.hpp"
#include "commands/image/push.hpp"

namespace davit::commands::image {

/// image.repository of davit.yaml. Usage error where there is none.
Result<std::string> project_repository(cli::Context& context);

/// The environment's name, else "latest".
std::string usual_tag(const cli::Context& context);

/// Where `typed` leads: HOST/REPOSITORY[:TAG] of any registry; or ":TAG", or nothing, for the repository of davit.yaml in the ECR of the
/// session's account and region. `tags` are further tags; without any it is the environment's name, else "latest". Usage error when there
/// is no repository to go to.
Result<PushTarget> push_target(cli::Context& context, const std::string& typed, const std::vector<std::string>& tags);

}  // namespace davit::commands::image
