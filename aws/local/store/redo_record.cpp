// SPDX-License-Identifier: Apache-2.0
#include "aws/local/store/redo_record.hpp"

#include <cstring>

#include "aws/local/store/database.hpp"

namespace davit::aws::local::store {
namespace {

void append_number(std::string& out, std::uint64_t number)
{
  out.append(reinterpret_cast<const char*>(&number), sizeof number);
}

void append_bytes(std::string& out, std::string_view bytes)
{
  append_number(out, bytes.size());
  out += bytes;
}

std::uint64_t take_number(std::string_view& from)
{
  std::uint64_t number = 0;
  std::memcpy(&number, from.data(), sizeof number);
  from.remove_prefix(sizeof number);
  return number;
}

std::string_view take_bytes(std::string_view& from)
{
  const auto length = take_number(from);
  const auto bytes = from.substr(0, length);
  from.remove_prefix(bytes.size());
  return bytes;
}

void bind_all(Statement& statement, std::string_view values)
{
  while (!values.empty()) {
    const char type = values.front();
    const int position = static_cast<unsigned char>(values[1]);
    values.remove_prefix(2);
    auto bytes = take_bytes(values);
    switch (type) {
      case 'i':
        statement.bind(position, static_cast<std::int64_t>(take_number(bytes)));
        break;
      case 't':
        statement.bind(position, bytes);
        break;
      case 'b':
        statement.bind(position, Blob{bytes});
        break;
      default:
        statement.bind(position, nullptr);
    }
  }
}

}  // namespace

void RecordedValues::add(int position, char type, std::string_view bytes)
{
  m_bytes += type;
  m_bytes += static_cast<char>(position);
  append_bytes(m_bytes, bytes);
}

void RecordedValues::add(int position, std::int64_t value)
{
  add(position, 'i', {reinterpret_cast<const char*>(&value), sizeof value});
}

void RecordedValues::add_text(int position, std::string_view text)
{
  add(position, 't', text);
}

void RecordedValues::add_blob(int position, std::string_view bytes)
{
  add(position, 'b', bytes);
}

void RecordedValues::add_null(int position)
{
  add(position, 'n', {});
}

void append_statement(std::string& record, std::string_view sql, const RecordedValues& values)
{
  append_bytes(record, sql);
  append_bytes(record, values.bytes());
}

Status replay(Connection& connection, std::string_view record)
{
  while (!record.empty()) {
    DAVIT_TRY_ASSIGN(auto statement, connection.prepare(take_bytes(record)));
    bind_all(statement, take_bytes(record));
    DAVIT_TRY(statement.step());
  }
  return {};
}

}  // namespace davit::aws::local::store
