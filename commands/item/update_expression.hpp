// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aws/core/result.hpp"
#include "aws/dynamodb/format/record.hpp"
#include "aws/dynamodb/requests.hpp"

namespace davit::commands::item {

/// Writes the clauses of an update expression with placeholders for every name and value, so that reserved words are no matter.
class UpdateExpression
{
public:
  using Path = aws::dynamodb::format::Path;

  explicit UpdateExpression(aws::dynamodb::Placeholders& placeholders) : m_placeholders(placeholders) {}

  void set(const Path& path, aws::dynamodb::AttributeValue value);
  /// To a number, or to a set.
  void add(const Path& path, aws::dynamodb::AttributeValue value);
  /// From a set.
  void take(const Path& path, aws::dynamodb::AttributeValue value);
  void remove(const Path& path);

  /// The same for an assignment of a command line, PATH=VALUE with the value in plain JSON. Usage error naming what is wrong.
  Status set(const std::string& assignment);
  Status add(const std::string& assignment);
  Status take(const std::string& assignment);
  Status remove(const std::string& path);

  /// The whole expression; empty when there is nothing to do.
  [[nodiscard]] std::string text() const;

private:
  struct Assignment {
    Path path;
    aws::dynamodb::AttributeValue value;
  };
  static Result<Assignment> parse(const std::string& assignment);
  std::string place(const Path& path);
  std::string value_of(aws::dynamodb::AttributeValue value);

  aws::dynamodb::Placeholders& m_placeholders;
  std::vector<std::string> m_set;
  std::vector<std::string> m_add;
  std::vector<std::string> m_take;
  std::vector<std::string> m_remove;
};

}  // namespace davit::commands::item
