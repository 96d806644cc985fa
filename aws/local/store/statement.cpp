// SPDX-License-Identifier: Apache-2.0
#include "aws/local/store/statement.hpp"

#include <sqlite3.h>

#include "aws/local/store/statement_cache.hpp"

namespace davit::aws::local::store {

Statement::Statement(CachedStatement statement, StatementCache& cache)
    : m_cached(std::move(statement)), m_statement(m_cached.mapped()), m_cache(&cache)
{
  if (cache.redo != nullptr && sqlite3_stmt_readonly(m_statement) == 0) {
    m_recorded.emplace();
  }
}

Statement::Statement(Statement&& other) noexcept
    : m_cached(std::move(other.m_cached)),
      m_statement(std::exchange(other.m_statement, nullptr)),
      m_cache(other.m_cache),
      m_recorded(std::move(other.m_recorded))
{
}

Statement::~Statement()
{
  if (m_statement == nullptr) {
    return;
  }
  sqlite3_reset(m_statement);
  sqlite3_clear_bindings(m_statement);
  if (!m_cache->idle.insert(std::move(m_cached)).inserted) {
    sqlite3_finalize(m_statement);
  }
}

// A failed bind (out of memory, too long) leaves NULL, which the NOT NULL columns of the callers refuse at the next step.
void Statement::bind(int position, std::int64_t value)
{
  sqlite3_bind_int64(m_statement, position, value);
  if (m_recorded) {
    m_recorded->add(position, value);
  }
}

void Statement::bind(int position, std::string_view text)
{
  sqlite3_bind_text64(m_statement, position, text.data() == nullptr ? "" : text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  if (m_recorded) {
    m_recorded->add_text(position, text);
  }
}

void Statement::bind(int position, Blob blob)
{
  sqlite3_bind_blob64(m_statement, position, blob.bytes.data() == nullptr ? "" : blob.bytes.data(), blob.bytes.size(), SQLITE_TRANSIENT);
  if (m_recorded) {
    m_recorded->add_blob(position, blob.bytes);
  }
}

void Statement::bind(int position, std::nullptr_t)
{
  sqlite3_bind_null(m_statement, position);
  if (m_recorded) {
    m_recorded->add_null(position);
  }
}

Result<bool> Statement::step()
{
  const int code = sqlite3_step(m_statement);
  if (code == SQLITE_ROW || code == SQLITE_DONE) {
    if (m_recorded) {
      append_statement(*m_cache->redo, m_cached.key(), *m_recorded);
      m_recorded.reset();
    }
    return code == SQLITE_ROW;
  }
  return fail(store_error(*m_cache));
}

std::int64_t Statement::integer(int column) const
{
  return sqlite3_column_int64(m_statement, column);
}

std::string_view Statement::text(int column) const
{
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(m_statement, column));
  return data == nullptr ? std::string_view() : std::string_view(data, static_cast<std::size_t>(sqlite3_column_bytes(m_statement, column)));
}

std::string_view Statement::blob(int column) const
{
  const auto* data = static_cast<const char*>(sqlite3_column_blob(m_statement, column));
  return data == nullptr ? std::string_view() : std::string_view(data, static_cast<std::size_t>(sqlite3_column_bytes(m_statement, column)));
}

bool Statement::is_null(int column) const
{
  return sqlite3_column_type(m_statement, column) == SQLITE_NULL;
}

}  // namespace davit::aws::local::store
