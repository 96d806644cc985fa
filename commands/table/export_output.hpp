// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "aws/core/file.hpp"
#include "aws/core/gzip_writer.hpp"
#include "aws/dynamodb/format/csv_cells.hpp"
#include "aws/dynamodb/format/item_reader.hpp"
#include "cli/term/streams.hpp"

namespace davit::commands::table {

enum class Compression { none, gzip };

/// Where an export goes: standard output, or a file that appears whole or not at all; compressed on the way if that is wanted.
class ExportOutput
{
public:
  /// An empty path is standard output, which outlives this. A file that cannot be written is a usage error.
  static Result<ExportOutput> open(cli::OutStream& standard_output, const std::string& path, Compression compression);

  Status write(std::string_view text);
  Status commit();

  /// Written so far, compressed.
  [[nodiscard]] std::uint64_t bytes() const { return m_target->bytes; }

private:
  struct Target {
    cli::OutStream* standard_output;
    std::optional<FileReplacement> file;
    std::uint64_t bytes = 0;

    Status write(std::string_view text);
  };

  explicit ExportOutput(std::unique_ptr<Target> target) : m_target(std::move(target)) {}

  std::unique_ptr<Target> m_target;  ///< stays where it is: the compressor's sink points to it
  std::optional<GzipWriter> m_gzip;
};

/// Items in the frame of a file's format. Their texts are those of an ItemForm of the same notation.
class ExportText
{
public:
  /// `output` outlives this. The columns are needed for CSV, and complete.
  ExportText(ExportOutput& output, aws::dynamodb::format::FileFormat format, const aws::dynamodb::format::CsvColumnNumbers& columns);

  Status begin();
  Status write(std::string_view text);
  Status end();

  [[nodiscard]] std::int64_t items() const { return m_items; }

private:
  ExportOutput& m_output;
  aws::dynamodb::format::FileFormat m_format;
  aws::dynamodb::format::CsvLines m_csv;
  std::int64_t m_items = 0;
};

}  // namespace davit::commands::table
