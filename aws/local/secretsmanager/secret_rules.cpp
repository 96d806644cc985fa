// SPDX-License-Identifier: Apache-2.0
#include "aws/local/secretsmanager/secret_rules.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "aws/crypto/random.hpp"
#include "aws/local/json_input.hpp"

namespace davit::aws::local::secretsmanager {
namespace {

constexpr std::size_t k_largest_value = 65536;
constexpr std::size_t k_arn_suffix = 6;

bool is_name_character(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("/_+=.@-").find(c) != std::string_view::npos;
}

std::string random_letters(std::size_t count)
{
  static constexpr std::string_view k_letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::string letters;
  for (std::size_t i = 0; i < count; ++i) {
    letters += k_letters[static_cast<std::size_t>(crypto::random_fraction() * static_cast<double>(k_letters.size()))];
  }
  return letters;
}

/// The value itself is never told.
Answer<void> check_size(std::string_view member, const std::optional<std::string>& value)
{
  if (value && (value->empty() || value->size() > k_largest_value)) {
    return refuse("ValidationException",
                  fmt::format("1 validation error detected: Value at '{}' failed to satisfy constraint: Member must have length {} than or "
                              "equal to {}",
                              member, value->empty() ? "greater" : "less", value->empty() ? 1 : k_largest_value));
  }
  return {};
}

}  // namespace

bool same_value(const SecretVersion& version, const NewValue& value)
{
  return version.text == value.text && version.binary == value.binary;
}

Answer<NewValue> value_of(const Json& input)
{
  NewValue value;
  DAVIT_ANSWER_ASSIGN(value.text, input::text(input, "SecretString"));
  DAVIT_ANSWER_ASSIGN(value.binary, input::blob(input, "SecretBinary"));
  if (value.text && value.binary) {
    return refuse("InvalidParameterException",
                  "You can't specify both a binary secret value and a string secret value in the same secret.");
  }
  const auto checked = check_size("secretString", value.text).and_then([&] { return check_size("secretBinary", value.binary); });
  if (!checked) {
    return tl::unexpected(checked.error());
  }
  return value;
}

Answer<std::string> request_token_of(const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto token, input::text(input, "ClientRequestToken"));
  if (!token) {
    return crypto::random_uuid();
  }
  if (token->size() < 32 || token->size() > 64) {
    return refuse("InvalidParameterException", "ClientRequestToken must be 32-64 characters long.");
  }
  return *token;
}

Answer<std::string> check_name(std::string name)
{
  if (name.empty() || name.size() > 512 || !std::all_of(name.begin(), name.end(), is_name_character)) {
    return refuse("ValidationException",
                  "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!");
  }
  return name;
}

std::string new_arn(const Caller& caller, const std::string& name)
{
  return fmt::format("arn:aws:secretsmanager:{}:{}:secret:{}-{}", caller.region, caller.account_id, name, random_letters(k_arn_suffix));
}

bool is_meant(const Secret& secret, std::string_view id)
{
  const auto without_suffix = std::string_view(secret.arn).substr(0, secret.arn.size() - k_arn_suffix - 1);
  return id == secret.name || id == secret.arn || id == without_suffix;
}

Answer<std::string> put_version(Secret& secret, const std::string& token, NewValue value, std::vector<std::string> stages,
                                std::int64_t now_ms)
{
  if (const SecretVersion* known = secret.version(token)) {
    if (!same_value(*known, value)) {
      return token_in_use(secret, token);
    }
    return token;
  }
  if (secret.versions.empty() && std::find(stages.begin(), stages.end(), k_current) == stages.end()) {
    stages.emplace_back(k_current);
  }
  secret.versions.push_back({.id = token, .created_ms = now_ms, .text = std::move(value.text), .binary = std::move(value.binary)});
  for (const auto& stage : stages) {
    move_stage(secret, stage, secret.versions.back());
  }
  secret.changed_ms = now_ms;
  return token;
}

tl::unexpected<Fault> token_in_use(const Secret& secret, const std::string& token)
{
  return refuse("ResourceExistsException",
                fmt::format("You can't use ClientRequestToken {} because that value is already in use for a version of secret {}.", token,
                            secret.arn));
}

void move_stage(Secret& secret, const std::string& stage, SecretVersion& version)
{
  SecretVersion* before = secret.staged(stage);
  if (before == &version) {
    return;
  }
  if (before != nullptr) {
    before->remove_stage(stage);
  }
  version.add_stage(stage);
  if (stage == k_current && before != nullptr) {
    if (SecretVersion* previous = secret.staged(k_previous)) {
      previous->remove_stage(k_previous);
    }
    before->add_stage(k_previous);
  }
}

}  // namespace davit::aws::local::secretsmanager
