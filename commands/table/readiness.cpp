// SPDX-License-Identifier: Apache-2.0
#include "commands/table/readiness.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "aws/core/interrupt.hpp"
#include "aws/dynamodb/missing_table.hpp"

namespace davit::commands::table {
namespace {

using aws::dynamodb::TableDescription;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds k_first_pause{100};
constexpr std::chrono::milliseconds k_longest_pause{5000};

/// What the table still lacks; empty when it lacks nothing.
std::string lacks(const Result<TableDescription>& table, Awaited awaited)
{
  if (!table) {
    return awaited == Awaited::created ? "it is not to be seen yet" : "";
  }
  if (awaited == Awaited::deleted || table->status != "ACTIVE") {
    return fmt::format("the table is {}", table->status);
  }
  for (const auto& index : table->indexes) {
    if (!index.is_local && index.status != "ACTIVE") {
      return fmt::format("index '{}' is {}", index.name, index.status);
    }
  }
  return {};
}

/// Sleeps in slices, so that an interrupt is heard.
void pause(std::chrono::milliseconds time)
{
  const auto end = Clock::now() + time;
  while (Clock::now() < end && interrupted() == 0) {
    std::this_thread::sleep_for(std::min<Clock::duration>(end - Clock::now(), std::chrono::milliseconds{50}));
  }
}

}  // namespace

Status wait_until(aws::dynamodb::Client& client, const std::string& table, Awaited awaited, std::chrono::milliseconds limit,
                  const std::function<void(std::string_view)>& progress)
{
  const InterruptScope scope;
  const auto end = Clock::now() + limit;
  for (auto time = k_first_pause;; time = std::min(time * 2, k_longest_pause)) {
    auto description = client.describe_table(table);
    if (!description && (awaited == Awaited::active || !aws::dynamodb::is_missing_table(description.error()))) {
      return fail(std::move(description).error());
    }
    const std::string lacking = lacks(description, awaited);
    if (lacking.empty()) {
      return {};
    }
    progress(fmt::format("waiting for table {}: {}", table, lacking));
    if (interrupted() != 0) {
      return fail({.kind = ErrorKind::cancelled, .message = fmt::format("interrupted while waiting for table {}: {}", table, lacking)});
    }
    if (Clock::now() + time > end) {
      return fail({.kind = ErrorKind::unavailable,
                   .message = fmt::format("table {} is not ready in time: {}", table, lacking),
                   .hint = "wait longer by --timeout"});
    }
    pause(time);
  }
}

}  // namespace davit::commands::table
