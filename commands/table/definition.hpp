// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "aws/core/result.hpp"
#include "aws/dynamodb/format/item_rules.hpp"
#include "aws/dynamodb/table.hpp"
#include "cli/config/table_target.hpp"

namespace davit::commands::table {

aws::dynamodb::KeySchema key_schema_of(const cli::config::KeySpec& spec);

/// What the keys of davit.yaml demand of items.
aws::dynamodb::format::TableKeys keys_of(const cli::config::Table& table);

/// What an existing table demands of items.
aws::dynamodb::format::TableKeys keys_of(const aws::dynamodb::TableDescription& table);

aws::dynamodb::TableDefinition definition_of(const std::string& physical_name, const cli::config::Table& table);

/// A key as the command line has it: "name", "name:N" or "[partition, sort]". Usage error naming the flag.
Result<aws::dynamodb::KeySchema> parse_key(const std::string& flag, const std::string& spec);

/// Usage error with the nearest name when davit.yaml has no such table.
Result<cli::config::TableTarget> table_of_project(const cli::config::Project& project, const std::string& name);

}  // namespace davit::commands::table
