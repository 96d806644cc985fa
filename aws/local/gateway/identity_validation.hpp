// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace davit::aws::local::gateway {

/// Whether a REST API's identityValidationExpression is one.
bool is_validation_expression(const std::string& expression);

/// Whether the whole identity matches the expression; every one does when it is empty.
/// https://docs.aws.amazon.com/apigateway/latest/api/API_CreateAuthorizer.html
bool is_valid_identity(const std::string& expression, const std::string& identity);

}  // namespace davit::aws::local::gateway
