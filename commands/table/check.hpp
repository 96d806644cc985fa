// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "commands/table/judged_items.hpp"

namespace davit::commands::table {

struct CheckRequest {
  std::vector<ItemFile> files;
  aws::dynamodb::format::TableKeys keys;
  std::optional<aws::dynamodb::format::FileFormat> format;
  bool explain = false;  ///< every problem of an item, not only the first
};

/// Why an item would be refused.
struct Finding {
  std::string file;
  std::int64_t line = 0;
  int column = 0;
  std::string reason;  ///< a stable id: aws/dynamodb/format/problem.hpp
  std::string message;
};

struct CheckResponse {
  std::int64_t read = 0;
  std::int64_t invalid = 0;
};

/// Judges every item as DynamoDB would, offline, in little memory. An error of `report` ends it.
Result<CheckResponse> check(const CheckRequest& request, const std::function<Status(const Finding&)>& report);

/// The findings of one item of the file so called, all or the first.
std::vector<Finding> findings_of(const JudgedItem& item, const std::string& file, bool all);

OrderedJson to_json(const Finding& finding);

void add_check(CLI::App& group, cli::Registry& registry);

}  // namespace davit::commands::table
