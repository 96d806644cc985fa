// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/missing_table.hpp"

#include <fmt/format.h>

#include <iterator>

#include "aws/core/spelling.hpp"

namespace davit::aws::dynamodb {

bool is_missing_table(const Error& error)
{
  return error.kind == ErrorKind::not_found && error.service && error.service->code == "ResourceNotFoundException";
}

Error missing_table_error(Client& client, Error error, const std::string& table, std::vector<std::string> known)
{
  error.message = fmt::format("there is no table {}", table);
  if (auto names = client.list_tables()) {
    std::move(names->begin(), names->end(), std::back_inserter(known));
  }
  const auto suggestion = nearest(table, known);
  error.hint =
      suggestion ? fmt::format("did you mean '{}'?", *suggestion) : "see `davit table list`, and the region and account of `davit whoami`";
  return error;
}

}  // namespace davit::aws::dynamodb
