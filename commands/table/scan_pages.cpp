// SPDX-License-Identifier: Apache-2.0
#include "commands/table/scan_pages.hpp"

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "aws/core/time.hpp"
#include "aws/dynamodb/segmented_scan.hpp"

namespace davit::commands::table {
using aws::dynamodb::Page;

Status scan_pages(aws::dynamodb::Client& client, const aws::dynamodb::ScanRequest& request, const ScanPace& pace,
                  const std::function<Status(Page)>& take)
{
  Page page;
  const aws::dynamodb::ScanTaker taker{.read = [&](const std::string& body) -> Result<aws::dynamodb::Item> {
                                         DAVIT_TRY_ASSIGN(const Json json, aws::dynamodb::answer_of("Scan", body));
                                         DAVIT_TRY_ASSIGN(page, aws::dynamodb::page_from_json(json));
                                         return page.last_key;
                                       },
                                       .take = [&] { return take(std::move(page)); }};
  std::vector<aws::dynamodb::ScanPosition> positions(static_cast<std::size_t>(pace.segments));
  return scan_segments(client, request, positions, pace.patience, taker);
}

void add_pace_flags(CLI::App& command, PaceFlags& flags)
{
  command.add_option("--segments", flags.segments, "Read so many parts at a time (default: by the table's size)")
      ->type_name("N")
      ->check(CLI::Range(1, 1000));
  command.add_option("--timeout", flags.timeout, "Give up when the table gave nothing for so long (default: 1m)")->type_name("DURATION");
}

Result<ScanPace> pace_of(const PaceFlags& flags, std::int64_t table_size_bytes)
{
  constexpr std::int64_t k_small = 64 * 1024 * 1024;
  const auto by_size = static_cast<int>(std::clamp<std::int64_t>(table_size_bytes / k_small, 1, 16));
  DAVIT_TRY_ASSIGN(const auto patience, parse_duration(flags.timeout));
  return ScanPace{.segments = flags.segments > 0 ? flags.segments : by_size, .patience = patience};
}

}  // namespace davit::commands::table
