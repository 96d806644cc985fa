// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/local/gateway/api.hpp"
#include "aws/local/gateway/rest_patch.hpp"

/// What a stage of a REST API sets for all its methods or for one: https://docs.aws.amazon.com/apigateway/latest/api/API_MethodSetting.html
namespace davit::aws::local::gateway {

/// Whether a patch is at a path like "/*/*/throttling/rateLimit" or "/items/{id}/GET/logging/loglevel", or removes "/*/*".
bool is_method_setting(const PatchOperation& operation);

/// Keeps the setting, and throttles by it. Refuses caches, which are not here.
Answer<void> apply_method_setting(Stage& stage, const PatchOperation& operation);

/// With the defaults of what was not given.
Json method_settings_document(const std::map<std::string, std::map<std::string, std::string>>& settings);

}  // namespace davit::aws::local::gateway
