// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "aws/core/result.hpp"
#include "aws/core/time.hpp"
#include "aws/local/service.hpp"
#include "aws/local/store/database.hpp"

namespace davit::aws::local::secretsmanager {

/// Secrets with versions and staging labels: https://docs.aws.amazon.com/secretsmanager/latest/apireference/
Result<std::unique_ptr<Service>> make_secretsmanager_service(store::Database& database, Clock clock);

}  // namespace davit::aws::local::secretsmanager
