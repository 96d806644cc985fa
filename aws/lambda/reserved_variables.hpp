// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

namespace davit::aws::lambda {

/// Environment variables that the runtime sets, and that Lambda refuses from outside.
/// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
inline constexpr std::array<std::string_view, 21> k_reserved_variables{"_HANDLER",
                                                                       "_X_AMZN_TRACE_ID",
                                                                       "AWS_DEFAULT_REGION",
                                                                       "AWS_REGION",
                                                                       "AWS_EXECUTION_ENV",
                                                                       "AWS_LAMBDA_FUNCTION_NAME",
                                                                       "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
                                                                       "AWS_LAMBDA_FUNCTION_VERSION",
                                                                       "AWS_LAMBDA_INITIALIZATION_TYPE",
                                                                       "AWS_LAMBDA_LOG_GROUP_NAME",
                                                                       "AWS_LAMBDA_LOG_STREAM_NAME",
                                                                       "AWS_ACCESS_KEY",
                                                                       "AWS_ACCESS_KEY_ID",
                                                                       "AWS_SECRET_ACCESS_KEY",
                                                                       "AWS_SESSION_TOKEN",
                                                                       "AWS_LAMBDA_RUNTIME_API",
                                                                       "AWS_LAMBDA_METADATA_API",
                                                                       "AWS_LAMBDA_METADATA_TOKEN",
                                                                       "AWS_LAMBDA_MAX_CONCURRENCY",
                                                                       "LAMBDA_TASK_ROOT",
                                                                       "LAMBDA_RUNTIME_DIR"};

}  // namespace davit::aws::lambda
