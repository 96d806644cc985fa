// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "aws/core/error.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace davit::aws::local::store {

/// The idle statements of one connection, by their text.
struct StatementCache {
  sqlite3* connection = nullptr;
  std::string path;
  std::map<std::string, sqlite3_stmt*, std::less<>> idle;
  std::string* redo = nullptr;  ///< where statements that change something are recorded when they have run; nullptr for nowhere
};

/// What SQLite says of the last call on the connection.
Error store_error(const StatementCache& cache);

}  // namespace davit::aws::local::store
