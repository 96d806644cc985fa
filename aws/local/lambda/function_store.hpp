// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "aws/core/result.hpp"
#include "aws/local/lambda/function.hpp"
#include "aws/local/store/database.hpp"

namespace davit::aws::local::lambda {

/// The functions of every account and region.
class FunctionStore
{
public:
  static Result<std::unique_ptr<FunctionStore>> open(store::Database& database);

  Result<std::optional<Function>> find(const Caller& caller, const std::string& name);

  /// By name.
  Result<std::vector<Function>> list(const Caller& caller);

  /// Of every account and region.
  Result<std::vector<Function>> all();

  /// False when a function of that name exists already.
  Result<bool> insert(const Function& function);

  /// False when the stored function has another revision than `expected_revision` by now.
  Result<bool> replace(const Function& function, const std::string& expected_revision);
  Status erase(const Function& function);

private:
  explicit FunctionStore(store::Database& database) : m_database(database) {}
  store::Database& m_database;
};

}  // namespace davit::aws::local::lambda
