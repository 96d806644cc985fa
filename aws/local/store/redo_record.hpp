// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "aws/core/result.hpp"

namespace davit::aws::local::store {

class Connection;

/// The values of one statement, in the form in which a record keeps them.
class RecordedValues
{
public:
  void add(int position, std::int64_t value);
  void add_text(int position, std::string_view text);
  void add_blob(int position, std::string_view bytes);
  void add_null(int position);
  [[nodiscard]] std::string_view bytes() const { return m_bytes; }

private:
  void add(int position, char type, std::string_view bytes);
  std::string m_bytes;
};

/// Appends a statement that has run.
void append_statement(std::string& record, std::string_view sql, const RecordedValues& values);

/// Runs the statements of a record again, on the state that they ran on.
Status replay(Connection& connection, std::string_view record);

}  // namespace davit::aws::local::store
