// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aws/core/result.hpp"
#include "aws/dynamodb/format/problem.hpp"
#include "aws/dynamodb/transaction.hpp"

namespace davit::commands::item {

/// One action of a file, and where it stands.
struct FileAction {
  aws::dynamodb::format::Place at;
  std::string table;  ///< as the file names it; the element's is to be filled in
  aws::dynamodb::TransactionElement element;
};

/// A transaction as people write it: a list of actions, or an object of `token` and `actions`, in JSON or YAML. An action is an object of
/// one member, `put`, `update`, `delete`, `check` or `get`, whose value names the table, its item or key in plain JSON, and the
/// expressions.
struct ActionFile {
  std::string name;
  std::string token;  ///< empty when the file has none
  std::vector<FileAction> actions;

  [[nodiscard]] bool is_read() const;
};

/// Reads it whole. Usage error with every place that is wrong: unknown members, values that cannot be stored, expressions that are missing,
/// gets among writes, none or too many actions.
Result<ActionFile> read_actions(std::string_view text, const std::string& name);

}  // namespace davit::commands::item
