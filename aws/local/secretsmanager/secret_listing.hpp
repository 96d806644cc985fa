// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "aws/local/fault.hpp"
#include "aws/local/secretsmanager/secret_store.hpp"

namespace davit::aws::local::secretsmanager {

/// The answer of ListSecrets: filters, order and pages over all secrets.
/// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html
Answer<Json> list_secrets(std::vector<Secret> secrets, const Json& input);

/// Adds tags ({Key, Value}), replacing those of the same key.
void set_tags(Json& tags, const Json& added);
void remove_tags(Json& tags, const std::vector<std::string>& keys);

}  // namespace davit::aws::local::secretsmanager
