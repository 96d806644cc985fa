// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/core/json.hpp"
#include "aws/core/result.hpp"
#include "aws/local/service.hpp"
#include "aws/local/store/database.hpp"

namespace davit::aws::local::lambda {

/// What belongs to a function beside its code and configuration, by the name of the kind.
inline constexpr std::string_view k_alias = "alias";               ///< by alias name
inline constexpr std::string_view k_policy = "policy";             ///< by qualifier
inline constexpr std::string_view k_event_config = "eventConfig";  ///< by qualifier
inline constexpr std::string_view k_url = "url";                   ///< by qualifier
inline constexpr std::string_view k_concurrency = "concurrency";   ///< one, without an id

/// One setting, with the function that it belongs to.
struct Setting {
  Caller owner;  ///< account and region
  std::string function;
  std::string id;
  Json document;
};

/// The settings of every function.
class SettingStore
{
public:
  static Result<std::unique_ptr<SettingStore>> open(store::Database& database);

  Result<std::optional<Json>> find(const Caller& caller, const std::string& function, std::string_view kind, const std::string& id = "");

  /// Those of one function, by id.
  Result<std::vector<Setting>> list(const Caller& caller, const std::string& function, std::string_view kind);

  /// Of every account, region and function.
  Result<std::vector<Setting>> all(std::string_view kind);

  Status put(const Caller& caller, const std::string& function, std::string_view kind, const std::string& id, const Json& document);

  /// False when there was none.
  Result<bool> erase(const Caller& caller, const std::string& function, std::string_view kind, const std::string& id = "");

  /// Those of every kind that have that id.
  Status erase_id(const Caller& caller, const std::string& function, const std::string& id);
  Status erase_all(const Caller& caller, const std::string& function);

private:
  explicit SettingStore(store::Database& database) : m_database(database) {}
  store::Database& m_database;
};

}  // namespace davit::aws::local::lambda
