// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "aws/core/result.hpp"
#include "aws/local/lambda/function.hpp"
#include "aws/local/store/database.hpp"

namespace davit::aws::local::lambda {

/// The functions of every account and region: $LATEST of each, and the published versions beside it.
class FunctionStore
{
public:
  static Result<std::unique_ptr<FunctionStore>> open(store::Database& database);

  Result<std::optional<Function>> find(const Caller& caller, const std::string& name);

  /// A published version: "7".
  Result<std::optional<Function>> find_version(const Caller& caller, const std::string& name, const std::string& version);

  /// By name.
  Result<std::vector<Function>> list(const Caller& caller);

  /// The published versions of one function, the oldest first.
  Result<std::vector<Function>> versions(const Caller& caller, const std::string& name);

  /// Of every account and region.
  Result<std::vector<Function>> all();

  /// False when a function of that name exists already.
  Result<bool> insert(const Function& function);

  /// False when the stored function has another revision than `expected_revision` by now.
  Result<bool> replace(const Function& function, const std::string& expected_revision);

  /// Stores a version and the $LATEST that knows of it. False when $LATEST has another revision than `expected_revision` by now.
  Result<bool> publish(const Function& version, const Function& latest, const std::string& expected_revision);

  /// With all its versions.
  Status erase(const Function& function);
  Status erase_version(const Function& version);

private:
  explicit FunctionStore(store::Database& database) : m_database(database) {}
  Result<std::optional<Function>> find_kept(const std::string& key, const std::function<Result<std::optional<Function>>()>& read);
  void forget_kept();

  store::Database& m_database;
  std::mutex m_mutex;
  std::map<std::string, Function> m_kept;  ///< what was looked up since the last change: every invocation looks one up
  int m_changes = 0;                       ///< counted, so that what was read before a change is not kept after it
};

}  // namespace davit::aws::local::lambda
