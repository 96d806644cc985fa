// SPDX-License-Identifier: Apache-2.0
#include "commands/aws/aws.hpp"

#include <CLI/App.hpp>

#include "commands/aws/call.hpp"
#include "commands/aws/config.hpp"
#include "commands/aws/credentials.hpp"
#include "commands/aws/endpoint.hpp"
#include "commands/aws/sign.hpp"

namespace davit::commands::aws {

void add_aws(CLI::App& root, cli::Registry& registry)
{
  CLI::App& group = registry.add_group(root, "aws", "The AWS client layer made visible: call, sign, endpoints, credentials, configuration");
  add_call(group, registry);
  add_sign(group, registry);
  add_endpoint(group, registry);
  add_credentials(group, registry);
  add_config(group, registry);
}

}  // namespace davit::commands::aws
