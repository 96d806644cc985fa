// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "aws/core/result.hpp"
#include "aws/dynamodb/format/record.hpp"
#include "aws/dynamodb/requests.hpp"

namespace davit::commands::item {

/// A place in an item as a command line has it: price, address.city, tags[0], "a.name.with.dots".city, where quotes keep dots and brackets
/// in a name. Ends before the first = outside of quotes, if there is one; `rest` is what stands behind it.
struct DocumentPath {
  aws::dynamodb::format::Path path;
  bool has_value = false;
  std::string rest;
};

/// Usage error naming the column of what is no path.
Result<DocumentPath> parse_document_path(std::string_view text);

/// The path in an expression, with a placeholder for each name, so that reserved words are no matter.
std::string placeholder_path(const aws::dynamodb::format::Path& path, aws::dynamodb::Placeholders& placeholders);

}  // namespace davit::commands::item
