// SPDX-License-Identifier: Apache-2.0
#include "commands/table/copy_journal.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "aws/core/file.hpp"
#include "aws/core/time.hpp"
#include "aws/dynamodb/wire.hpp"

namespace davit::commands::table {
namespace {

namespace ddb = aws::dynamodb;

/// A table that was made anew is another one.
std::string identity_of(const TablePlace& place)
{
  const std::string created = place.table.created_at ? to_rfc3339(*place.table.created_at) : "";
  return fmt::format("{} at {} of {}", place.table.arn.empty() ? place.table.name : place.table.arn, place.endpoint, created);
}

Json counts_document(const CopyCounts& counts)
{
  return {{"read", counts.read},
          {"written", counts.written},
          {"same", counts.same},
          {"rejected", counts.rejected},
          {"readCapacity", counts.read_capacity},
          {"writeCapacity", counts.write_capacity}};
}

CopyCounts read_counts(const Json& json)
{
  return {.read = json.at("read"),
          .written = json.at("written"),
          .same = json.at("same"),
          .rejected = json.at("rejected"),
          .read_capacity = json.at("readCapacity"),
          .write_capacity = json.at("writeCapacity")};
}

Error unusable(const std::filesystem::path& journal, const std::string& why)
{
  return usage_error(fmt::format("the journal {} {}", journal.string(), why), "leave out --resume to copy from the start");
}

/// A key is kept as the text of an item, which has all digits of its numbers.
Result<CopyState> read_state(const Json& json, const std::filesystem::path& journal)
{
  CopyState out{.positions = {}, .counts = read_counts(json.at("counts"))};
  for (const auto& position : json.at("positions")) {
    auto key = ddb::parse_item(position.at("startKey").get_ref<const std::string&>());
    if (!key) {
      return fail(unusable(journal, "has a key that is none"));
    }
    out.positions.push_back({.start_key = std::move(*key), .is_ended = position.at("ended")});
  }
  return out;
}

}  // namespace

std::string subject_of(const TablePlace& source, const TablePlace& target, const CopyRequest& request)
{
  constexpr std::string_view k_modes[] = {"put", "insert", "same"};
  return fmt::format("{} to {}, mode {}, filter {}", identity_of(source), identity_of(target), k_modes[static_cast<int>(request.mode)],
                     request.filter);
}

Status save_copy(const std::filesystem::path& journal, const std::string& subject, const CopyState& state)
{
  Json json{{"subject", subject}, {"counts", counts_document(state.counts)}, {"positions", Json::array()}};
  for (const auto& position : state.positions) {
    json["positions"].push_back({{"startKey", ddb::to_json_text(position.start_key)}, {"ended", position.is_ended}});
  }
  std::error_code error;
  std::filesystem::create_directories(journal.parent_path(), error);
  return write_file(journal, dump_json(json) + "\n");
}

Result<std::optional<CopyState>> load_copy(const std::filesystem::path& journal, const std::string& subject)
{
  std::error_code error;
  if (!std::filesystem::exists(journal, error)) {
    return std::nullopt;
  }
  DAVIT_TRY_ASSIGN(const std::string text, read_file(journal));
  try {
    DAVIT_TRY_ASSIGN(const Json json, parse_json(text, journal.string()));
    if (json.at("subject") != subject) {
      return fail(unusable(journal, fmt::format("is of another copy: {}", json.at("subject").get<std::string>())));
    }
    DAVIT_TRY_ASSIGN(CopyState state, read_state(json, journal));
    return state;
  } catch (const Json::exception&) {
    return fail(unusable(journal, "cannot be read"));
  }
}

void forget_copy(const std::filesystem::path& journal)
{
  std::error_code ignored;
  std::filesystem::remove(journal, ignored);
  std::vector<std::filesystem::path> left;
  for (const auto& entry : std::filesystem::directory_iterator(journal.parent_path(), ignored)) {
    // As write_file calls a file that has not taken its place yet.
    if (entry.path().stem() == journal.filename()) {
      left.push_back(entry.path());
    }
  }
  for (const auto& path : left) {
    std::filesystem::remove(path, ignored);
  }
}

}  // namespace davit::commands::table
