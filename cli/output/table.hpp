// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/output/document.hpp"

namespace davit::cli {

/// Columns aligned by their width on a terminal, two spaces apart, no ruling: easy to read and to cut.
std::string render_table(const Table& table);

/// Tab-separated, a header line, and tab, newline, carriage return and backslash written as \t, \n, \r, \\ .
std::string render_tsv(const Table& table);

/// Names and values of an object, or a row an element of an array.
Table table_of_members(const OrderedJson& data);

}  // namespace davit::cli
