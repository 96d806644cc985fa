// SPDX-License-Identifier: Apache-2.0
#include "commands/table/copy_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>

#include "aws/dynamodb/format/plain_json.hpp"
#include "aws/dynamodb/throttling.hpp"
#include "aws/dynamodb/wire.hpp"
#include "commands/table/copy_reader.hpp"

namespace davit::commands::table {

namespace ddb = aws::dynamodb;
using ddb::Item;

CopyWriter::CopyWriter(TablePlace& target, const CopyRequest& request, CopyCounts& counts, std::function<void(const CopyCounts&)> progress)
    : m_target(target), m_request(request), m_counts(counts), m_progress(std::move(progress))
{
}

Status CopyWriter::write(const std::vector<Item>& items)
{
  if (m_request.mode == CopyMode::put) {
    Indexes all(items.size());
    std::iota(all.begin(), all.end(), 0);
    return put(items, all);
  }
  DAVIT_TRY_ASSIGN(const Indexes wanted, missing_or_different(items));
  return m_request.mode == CopyMode::same ? put(items, wanted) : insert(items, wanted);
}

/// Counts what is the same already, and rejects what an insert would replace.
Result<CopyWriter::Indexes> CopyWriter::missing_or_different(const std::vector<Item>& items)
{
  const auto& key = m_target.table.key;
  DAVIT_TRY_ASSIGN(const auto existing, read_existing(m_target.client, m_target.target.physical_name, key, items, m_request.patience));
  Indexes out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto found = existing.find(ddb::to_json_text(ddb::key_of(items[i], key)));
    if (found == existing.end() || (m_request.mode == CopyMode::same && found->second != items[i])) {
      out.push_back(i);
    } else if (found->second == items[i]) {
      ++m_counts.same;
    } else {
      DAVIT_TRY(reject(items[i], "item-exists", "the target has another item with this key"));
    }
  }
  m_progress(m_counts);
  return out;
}

Status CopyWriter::put(const std::vector<Item>& items, const Indexes& wanted)
{
  Status rejected;
  BatchWriter writer{{.table = m_target.target.physical_name,
                      .key = m_target.table.key,
                      .concurrency = m_request.concurrency,
                      .patience = m_request.patience},
                     {.written = [&](std::span<const BulkWrite> writes, double units) -> Status {
                        m_counts.written += static_cast<std::int64_t>(writes.size());
                        m_counts.write_capacity += units;
                        m_progress(m_counts);
                        return rejected;
                      },
                      .refused =
                          [&](const BulkWrite& write, const Error& error) {
                            auto status = reject(items[write.number], error.service ? error.service->code : "refused", error.message);
                            rejected = rejected ? std::move(status) : rejected;
                          }}};
  auto next = wanted.begin();
  DAVIT_TRY(writer.run(m_target.client, [&]() -> Result<std::optional<BulkWrite>> {
    if (next == wanted.end()) {
      return std::nullopt;
    }
    BulkWrite write = put_of(items[*next], m_target.table.key);
    write.number = *next++;
    return write;
  }));
  return rejected;
}

/// One by one, each only where its key is not there.
Status CopyWriter::insert(const std::vector<Item>& items, const Indexes& wanted)
{
  std::size_t sent = 0;
  const auto next = [&]() -> std::optional<aws::auth::ServiceCall> {
    if (sent == wanted.size()) {
      return std::nullopt;
    }
    ddb::PutItemRequest request{
        .table = m_target.target.physical_name, .item = items[wanted[sent++]], .condition = "attribute_not_exists(#davit_key)"};
    request.placeholders.names.emplace("#davit_key", m_target.table.key.partition.front().name);
    return aws::auth::ServiceCall{.operation = "PutItem", .body = body_of(request), .effect = aws::auth::Effect::write};
  };
  std::vector<Item> doubtful;
  DAVIT_TRY(m_target.client.service().call_many(
      next,
      [&](std::size_t index, const Result<aws::auth::Answer>& answer) { return settle_insert(items[wanted[index]], answer, doubtful); },
      m_request.concurrency));
  return settle_doubtful(doubtful);
}

/// After a lost answer it may be our own item that is in the way: where the same is there, it is written.
Status CopyWriter::settle_doubtful(const std::vector<Item>& items)
{
  const auto& key = m_target.table.key;
  DAVIT_TRY_ASSIGN(const auto existing, read_existing(m_target.client, m_target.target.physical_name, key, items, m_request.patience));
  for (const auto& item : items) {
    const auto found = existing.find(ddb::to_json_text(ddb::key_of(item, key)));
    if (found != existing.end() && found->second == item) {
      ++m_counts.written;
    } else {
      DAVIT_TRY(reject(item, "item-exists", "the target has another item with this key"));
    }
  }
  return {};
}

Status CopyWriter::settle_insert(const Item& item, const Result<aws::auth::Answer>& answer, std::vector<Item>& doubtful)
{
  DAVIT_TRY(answer);
  if (!answer->failure) {
    ++m_counts.written;
    m_progress(m_counts);
    return {};
  }
  const Error failure = ddb::failure_of(*answer);
  if (failure.service->code == "ConditionalCheckFailedException" && answer->attempts > 1) {
    doubtful.push_back(item);
    return {};
  }
  if (failure.service->code == "ConditionalCheckFailedException") {
    return reject(item, "item-exists", "the target has another item with this key");
  }
  return failure.kind == ErrorKind::failed ? reject(item, failure.service->code, failure.message) : Status(fail(failure));
}

Status CopyWriter::reject(const Item& item, const std::string& reason, const std::string& message)
{
  std::string line = OrderedJson{{"reason", reason}, {"message", message}}.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
  line.pop_back();
  line += ",\"item\":" + ddb::format::to_plain_json(item) + "}\n";
  std::error_code ignored;
  std::filesystem::create_directories(m_request.rejected_file.parent_path(), ignored);
  std::ofstream file{m_request.rejected_file, std::ios::app | std::ios::binary};
  if (!(file << line) || !file.flush()) {
    return fail(failed_error(fmt::format("cannot write {}, where rejected items are kept", m_request.rejected_file.string())));
  }
  ++m_counts.rejected;
  return {};
}

}  // namespace davit::commands::table
