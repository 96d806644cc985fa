// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/local/secretsmanager/secret_store.hpp"

/// Secrets as Secrets Manager's answers show them.
namespace davit::aws::local::secretsmanager {

/// Times are Unix seconds with milliseconds.
double seconds_of(std::int64_t milliseconds);

/// The answer of DescribeSecret.
Json describe(const Secret& secret);

/// One entry of ListSecrets.
Json list_entry(const Secret& secret);

/// The answer of GetSecretValue.
Json value_document(const Secret& secret, const SecretVersion& version);

/// One entry of ListSecretVersionIds.
Json version_entry(const SecretVersion& version);

}  // namespace davit::aws::local::secretsmanager
