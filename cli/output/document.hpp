// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "aws/core/json.hpp"
#include "aws/core/result.hpp"

namespace davit::cli {

enum class Format { table, json, jsonl, yaml, tsv };

/// What a person reads: cells of plain text. A table without a header is a list of names and values.
struct Table {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
};

/// The result of a command: data first, rendered last.
struct Document {
  /// The contract with machines: lowerCamelCase members, additive only.
  OrderedJson data;
  /// What `-o table` and `-o tsv` show; without one they show the members of `data`.
  std::optional<Table> table = std::nullopt;
  /// The member of `data` whose elements `-o jsonl` prints a line each; empty prints `data` as one line.
  std::string list_member = {};
  /// Printed byte for byte when no `-o` was given: a token, a shell fragment, the body of an answer.
  std::optional<std::string> text = std::nullopt;
};

/// What a command leaves behind: a document for stdout, and the failure, if any, that decides the exit code. A failed smoke run has both.
struct Outcome {
  Document document;
  std::optional<Error> failure = std::nullopt;
};

/// The document in that format, ending in a newline unless it is empty.
std::string render(const Document& document, Format format);

/// What goes to stdout for this choice of `-o` and this kind of stdout.
std::string render(const Document& document, std::optional<Format> chosen, bool to_terminal);

Result<Format> parse_format(std::string_view name);

}  // namespace davit::cli
