// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/local/dynamodb/catalog.hpp"
#include "aws/local/dynamodb/refusal.hpp"
#include "aws/local/dynamodb/shape.hpp"

namespace davit::aws::local::dynamodb {

/// What every operation works on.
struct Engine {
  store::Database& database;
  Catalog catalog;
};

/// One call, its body parsed and its members of the types that the API model gives them.
struct Call {
  const Caller& caller;
  const Json& input;
  std::string host = {};  ///< as the caller addressed the service; empty when it did not say
};

/// The body of the answer. One function an operation, in a file of its family.
using Operation = Outcome<std::string> (*)(Engine& engine, const Call& call);

/// The table of a TableName member, which may be an ARN, whatever its state; nullptr when there is none.
TablePtr find_table(Engine& engine, const Caller& caller, const std::string& name_or_arn);

/// The table that items are read from and written to.
Outcome<TablePtr> usable_table(Engine& engine, const Caller& caller, const std::string& name_or_arn);

// Members that the shape has already checked; an absent one is empty.
std::string text_member(const Json& object, std::string_view name);
bool flag_member(const Json& object, std::string_view name, bool otherwise = false);
std::optional<std::int64_t> integer_member(const Json& object, std::string_view name);

/// Appends `"name":json` to an object in the making.
void append_member(std::string& object, std::string_view name, std::string_view json);

}  // namespace davit::aws::local::dynamodb
