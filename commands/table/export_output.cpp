// SPDX-License-Identifier: Apache-2.0
#include "commands/table/export_output.hpp"

namespace davit::commands::table {

using aws::dynamodb::format::FileFormat;

Status ExportOutput::Target::write(std::string_view text)
{
  bytes += text.size();
  return file ? file->write(text) : standard_output->write(text);
}

Result<ExportOutput> ExportOutput::open(cli::OutStream& standard_output, const std::string& path, Compression compression)
{
  auto target = std::make_unique<Target>(Target{.standard_output = &standard_output, .file = std::nullopt});
  if (!path.empty()) {
    DAVIT_TRY_ASSIGN(auto file, FileReplacement::open(path));
    target->file.emplace(std::move(file));
  }
  ExportOutput out{std::move(target)};
  if (compression == Compression::gzip) {
    out.m_gzip.emplace([target = out.m_target.get()](std::string_view compressed) { return target->write(compressed); });
  }
  return out;
}

Status ExportOutput::write(std::string_view text)
{
  return m_gzip ? m_gzip->write(text) : m_target->write(text);
}

Status ExportOutput::commit()
{
  if (m_gzip) {
    DAVIT_TRY(m_gzip->finish());
  }
  return m_target->file ? m_target->file->commit() : Status{};
}

ExportText::ExportText(ExportOutput& output, FileFormat format, const aws::dynamodb::format::CsvColumnNumbers& columns)
    : m_output(output), m_format(format), m_csv(columns)
{
}

Status ExportText::begin()
{
  return m_output.write(m_format == FileFormat::json ? "[" : m_format == FileFormat::csv ? m_csv.header() : "");
}

Status ExportText::write(std::string_view text)
{
  const bool is_first = m_items++ == 0;
  if (m_format == FileFormat::csv) {
    return m_output.write(m_csv.line(text));
  }
  if (m_format == FileFormat::json) {
    DAVIT_TRY(m_output.write(is_first ? "\n" : ",\n"));
    return m_output.write(text);
  }
  DAVIT_TRY(m_output.write(text));
  return m_output.write("\n");
}

Status ExportText::end()
{
  return m_output.write(m_format == FileFormat::json ? "\n]\n" : "");
}

}  // namespace davit::commands::table
