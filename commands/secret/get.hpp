// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "aws/secretsmanager/client.hpp"
#include "cli/command.hpp"

namespace davit::commands::secret {

struct GetRequest {
  std::string secret_id;  ///< physical name or ARN
  std::string version_id;
  std::string version_stage;
  std::string json_key;  ///< a member of a JSON value, "password" or "db.password"; empty for the whole value
};

struct GetResponse {
  davit::aws::secretsmanager::SecretValue secret;
  std::string value;  ///< the whole one or the selected member; a binary one as its bytes
};

/// Not found error when there is no such secret, version or member.
Result<GetResponse> get(const GetRequest& request, davit::aws::auth::Session& session);

/// A string member without its quotes, anything else as JSON. The whole key is tried before its parts between dots.
Result<std::string> select_json_key(const std::string& value, const std::string& key);

void add_get(CLI::App& group, cli::Registry& registry);

}  // namespace davit::commands::secret
