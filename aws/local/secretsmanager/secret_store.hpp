// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "aws/core/json.hpp"
#include "aws/core/result.hpp"
#include "aws/local/service.hpp"
#include "aws/local/store/database.hpp"

namespace davit::aws::local::secretsmanager {

/// One stored value of a secret. A version without a stage is deprecated.
struct SecretVersion {
  std::string id;
  std::int64_t created_ms = 0;
  std::optional<std::string> text;
  std::optional<std::string> binary;
  std::vector<std::string> stages;

  [[nodiscard]] bool has_stage(std::string_view stage) const;
  void add_stage(const std::string& stage);
  void remove_stage(std::string_view stage);
};

struct Secret {
  std::string account;
  std::string region;
  std::string name;
  std::string arn;
  std::string description;
  std::string kms_key_id;
  std::int64_t created_ms = 0;
  std::int64_t changed_ms = 0;
  std::optional<std::int64_t> deleted_ms;  ///< when it was marked for deletion
  std::optional<std::int64_t> gone_ms;     ///< when it cannot be restored any more
  Json tags = Json::array();
  std::vector<SecretVersion> versions;

  [[nodiscard]] const SecretVersion* version(std::string_view id) const;
  [[nodiscard]] SecretVersion* version(std::string_view id);
  [[nodiscard]] const SecretVersion* staged(std::string_view stage) const;
  [[nodiscard]] SecretVersion* staged(std::string_view stage);
};

/// The tables that secrets are kept in.
extern const char* const k_secret_schema;

/// All secrets of the caller's account and region with their versions, by name. `where` limits them to one name.
Result<std::vector<Secret>> load_secrets(store::Connection& connection, const Caller& caller,
                                         const std::optional<std::string>& name = std::nullopt);

/// Writes the secret with all its versions, in place of what was stored under its name.
Status save_secret(store::Connection& connection, const Secret& secret);

Status erase_secret(store::Connection& connection, const Secret& secret);

}  // namespace davit::aws::local::secretsmanager
