// SPDX-License-Identifier: Apache-2.0
#include "commands/table/copy.hpp"

#include <algorithm>
#include <set>

#include "aws/core/interrupt.hpp"
#include "aws/dynamodb/wire.hpp"
#include "commands/table/copy_journal.hpp"
#include "commands/table/copy_reader.hpp"
#include "commands/table/copy_writer.hpp"

namespace davit::commands::table {
namespace {

namespace ddb = aws::dynamodb;

ddb::ScanRequest scan_of(const TablePlace& source, const CopyRequest& request)
{
  ddb::ScanRequest out;
  out.table = source.target.physical_name;
  out.consistent = true;
  out.filter = request.filter;
  out.placeholders = request.placeholders;
  return out;
}

/// A table that changes while it is read may give an item twice in one round; a batch takes each key once, and the later item is newer.
std::vector<ddb::Item> without_doubles(std::vector<ddb::Item> items, const ddb::KeySchema& key)
{
  std::set<std::string> keys;
  std::vector<ddb::Item> out;
  for (auto item = items.rbegin(); item != items.rend(); ++item) {
    if (keys.insert(ddb::to_json_text(ddb::key_of(*item, key))).second) {
      out.push_back(std::move(*item));
    }
  }
  std::reverse(out.begin(), out.end());
  return out;
}

/// Until every segment is at its end. The state that the journal has is behind whole rounds.
Status run_rounds(TablePlace& source, TablePlace& target, const CopyRequest& request, CopyState& state,
                  const std::function<void(const CopyCounts&)>& progress)
{
  const InterruptScope interrupt;
  const std::string subject = subject_of(source, target, request);
  CopyWriter writer{target, request, state.counts, progress};
  DAVIT_TRY(save_copy(request.journal, subject, state));
  while (!state.is_ended()) {
    DAVIT_TRY_ASSIGN(ScanRound round, read_round(source.client, scan_of(source, request), state.positions, request.patience));
    const auto items = without_doubles(std::move(round.items), source.table.key);
    state.counts.read += static_cast<std::int64_t>(items.size());
    state.counts.read_capacity += round.consumed_capacity;
    DAVIT_TRY(writer.write(items));
    state.positions = std::move(round.after);
    DAVIT_TRY(save_copy(request.journal, subject, state));
    if (interrupted() != 0 && !state.is_ended()) {
      return fail({.kind = ErrorKind::cancelled, .message = "interrupted"});
    }
  }
  return {};
}

}  // namespace

bool CopyState::is_ended() const
{
  return std::all_of(positions.begin(), positions.end(), [](const ddb::ScanPosition& position) { return position.is_ended; });
}

CopyResponse copy(TablePlace& source, TablePlace& target, const CopyRequest& request, CopyState state,
                  const std::function<void(const CopyCounts&)>& progress)
{
  const auto start = std::chrono::steady_clock::now();
  CopyResponse response;
  auto status = run_rounds(source, target, request, state, progress);
  if (status) {
    forget_copy(request.journal);
  } else {
    response.failure = std::move(status).error();
  }
  response.counts = state.counts;
  response.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return response;
}

}  // namespace davit::commands::table
