// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "aws/dynamodb/format/record.hpp"
#include "aws/dynamodb/key_schema.hpp"

namespace davit::aws::dynamodb::format {

/// What a table demands of its items.
struct TableKeys {
  KeySchema key;
  std::map<std::string, KeySchema> indexes;
};

/// Everything for which PutItem would refuse the record's item in a table with these keys; the record's own problems, if it has any.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
std::vector<Problem> problems_of(const Record& record, const TableKeys& keys);

}  // namespace davit::aws::dynamodb::format
