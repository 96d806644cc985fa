// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aws/local/fault.hpp"
#include "aws/local/secretsmanager/secret_store.hpp"

/// What Secrets Manager allows and how it answers, free of storage.
namespace davit::aws::local::secretsmanager {

inline constexpr const char* k_current = "AWSCURRENT";
inline constexpr const char* k_previous = "AWSPREVIOUS";

/// A value as a request carries it.
struct NewValue {
  std::optional<std::string> text;
  std::optional<std::string> binary;

  [[nodiscard]] bool is_given() const { return text || binary; }
};

bool same_value(const SecretVersion& version, const NewValue& value);

/// SecretString or SecretBinary of a request: not both, and 1 to 65,536 bytes.
Answer<NewValue> value_of(const Json& input);

/// ClientRequestToken, or a fresh one where the caller left it out.
Answer<std::string> request_token_of(const Json& input);

Answer<std::string> check_name(std::string name);

/// "arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-AbCdEf", with a random end so that a secret made anew never has the old one's ARN.
std::string new_arn(const Caller& caller, const std::string& name);

/// Whether an id (name, ARN, or ARN without its random end) means this secret.
bool is_meant(const Secret& secret, std::string_view id);

/// Adds a version, or accepts the same one again. A first version is current whatever `stages` says.
/// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
Answer<std::string> put_version(Secret& secret, const std::string& token, NewValue value, std::vector<std::string> stages,
                                std::int64_t now_ms);

/// The refusal of a ClientRequestToken that stands for another value.
tl::unexpected<Fault> token_in_use(const Secret& secret, const std::string& token);

/// Puts a label on `version`, taking it from the version that had it; the one that loses AWSCURRENT becomes AWSPREVIOUS.
void move_stage(Secret& secret, const std::string& stage, SecretVersion& version);

}  // namespace davit::aws::local::secretsmanager
