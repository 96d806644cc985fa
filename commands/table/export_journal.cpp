// SPDX-License-Identifier: Apache-2.0
#include "commands/table/export_journal.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "aws/core/file.hpp"
#include "aws/core/json.hpp"
#include "aws/dynamodb/wire.hpp"
#include "aws/http/content.hpp"

namespace davit::commands::table {
namespace {

namespace ddb = aws::dynamodb;

constexpr int k_export_version = 1;

Json json_of(const ddb::ScanPosition& position)
{
  return {{"ended", position.is_ended}, {"startKey", Json::parse(ddb::to_json_text(position.start_key))}};
}

Json json_of(const ExportProgress& progress)
{
  Json json{{"version", k_export_version},
            {"subject", progress.subject},
            {"items", progress.items},
            {"bytesReceived", progress.bytes_received},
            {"consumedCapacity", progress.consumed_capacity},
            {"segments", Json::array()},
            {"runs", Json::array()},
            {"columns", Json::array()}};
  for (const auto& position : progress.positions) {
    json["segments"].push_back(json_of(position));
  }
  for (const auto& run : progress.runs) {
    json["runs"].push_back({{"size", run.size}, {"crc", run.crc}});
  }
  for (const auto& column : progress.columns) {
    json["columns"].push_back({{"name", column.name}, {"type", ddb::wire_name(column.type)}});
  }
  return json;
}

/// Throws where a member is missing or of another type.
ExportProgress progress_of(const Json& json)
{
  ExportProgress out{.subject = json.at("subject"),
                     .items = json.at("items"),
                     .bytes_received = json.at("bytesReceived"),
                     .consumed_capacity = json.at("consumedCapacity")};
  for (const auto& segment : json.at("segments")) {
    out.positions.push_back({.start_key = ddb::item_from_json(segment.at("startKey")).value(), .is_ended = segment.at("ended")});
  }
  for (const auto& run : json.at("runs")) {
    out.runs.push_back({.size = run.at("size"), .crc = run.at("crc")});
  }
  for (const auto& column : json.at("columns")) {
    out.columns.push_back({.name = column.at("name"), .type = ddb::attribute_type_of(column.at("type").get<std::string>()).value()});
  }
  return out;
}

}  // namespace

ExportJournal::ExportJournal(std::filesystem::path folder, const std::filesystem::path& out)
{
  const auto path = std::filesystem::absolute(out).lexically_normal();
  const std::string name = fmt::format("export-{}-{:08x}", path.filename().string(), aws::http::crc32(path.string()));
  m_journal = folder / (name + ".json");
  m_part = folder / (name + ".part");
}

Result<std::optional<ExportProgress>> ExportJournal::load() const
{
  if (!exists()) {
    return std::nullopt;
  }
  DAVIT_TRY_ASSIGN(const std::string text, read_file(m_journal));
  const Error wrong = failed_error(fmt::format("the journal {} cannot be understood", m_journal.string()),
                                   "run the command again without --resume, which begins anew");
  const auto json = parse_json(text, m_journal.string());
  try {
    return json && json->at("version") == k_export_version ? Result<std::optional<ExportProgress>>(progress_of(*json)) : fail(wrong);
  } catch (const std::exception&) {
    return fail(wrong);
  }
}

Status ExportJournal::save(const ExportProgress& progress) const
{
  return write_file(m_journal, dump_json(json_of(progress)) + "\n", Access::owner_only);
}

Result<RunFile> ExportJournal::open_part(std::vector<SortedRun> runs) const
{
  std::error_code error;
  std::filesystem::create_directories(m_part.parent_path(), error);
  if (error) {
    return fail(usage_error(fmt::format("cannot make the folder {}: {}", m_part.parent_path().string(), error.message())));
  }
  return RunFile::open(m_part, std::move(runs));
}

void ExportJournal::remove() const
{
  std::error_code ignored;
  std::filesystem::remove(m_journal, ignored);
  std::filesystem::remove(m_part, ignored);
}

Status check_same_subject(const ExportProgress& earlier, const std::map<std::string, std::string>& subject)
{
  for (const auto& [name, value] : subject) {
    const auto before = earlier.subject.find(name);
    const std::string was = before == earlier.subject.end() ? "" : before->second;
    if (was != value) {
      return fail(usage_error(fmt::format("the export that was interrupted is another one: its {} is {}, here it is {}", name,
                                          was.empty() ? "nothing" : was, value.empty() ? "nothing" : value),
                              "repeat the command as it was; without --resume it begins anew"));
    }
  }
  return {};
}

}  // namespace davit::commands::table
