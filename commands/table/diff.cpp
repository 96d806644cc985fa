// SPDX-License-Identifier: Apache-2.0
#include "commands/table/diff.hpp"

#include <fmt/format.h>

#include <utility>

#include "aws/core/interrupt.hpp"
#include "aws/crypto/password.hpp"
#include "aws/dynamodb/format/item_text.hpp"
#include "aws/dynamodb/wire.hpp"

namespace davit::commands::table {

namespace ddb = aws::dynamodb;
using ddb::Item;

namespace {

std::vector<std::string> names_of(const ddb::KeySchema& key)
{
  std::vector<std::string> out;
  for (const auto& attribute : key.attributes()) {
    out.push_back(attribute.name);
  }
  return out;
}

void append_number(std::string& out, std::uint64_t number)
{
  for (int shift = 56; shift >= 0; shift -= 8) {
    out += static_cast<char>((number >> shift) & 0xFF);
  }
}

std::uint64_t number_at(std::string_view text)
{
  std::uint64_t out = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    out = (out << 8) | static_cast<unsigned char>(text[i]);
  }
  return out;
}

/// Keys alone, where nothing else is asked for.
void project_keys(ddb::ScanRequest& request, const ddb::KeySchema& key)
{
  for (const auto& name : names_of(key)) {
    const std::string placeholder = fmt::format("#davit{}", request.placeholders.names.size());
    request.placeholders.names.emplace(placeholder, name);
    request.projection += (request.projection.empty() ? "" : ", ") + placeholder;
  }
}

/// Forty bits are enough for the lines of any file.
constexpr int k_line_bits = 40;

std::uint64_t packed_origin(const JudgedItem& item)
{
  return (static_cast<std::uint64_t>(item.file) + 1) << k_line_bits | static_cast<std::uint64_t>(item.at.line);
}

Error wrong_file(const std::string& file, std::int64_t line, int column, std::string message)
{
  Error error = usage_error("a file has items that no table takes, or one key twice", "`davit table check` lists them all");
  error.diagnostics.push_back({.file = file, .line = static_cast<int>(line), .column = column, .message = std::move(message)});
  return error;
}

}  // namespace

Item Diff::reduced(Item item) const
{
  if (m_rules.keys_only) {
    return ddb::key_of(item, m_rules.keys.key);
  }
  for (const auto& name : m_rules.ignored) {
    item.erase(name);
  }
  return item;
}

/// The number keeps items with one key apart. The text has all of it again, because lines come back without their keys.
Status Diff::add(DiffSide side, std::uint64_t origin, Item item)
{
  std::string order;
  ddb::format::append_order(order, item, names_of(m_rules.keys.key));
  std::string text;
  append_number(text, order.size());
  text += order;
  text += side == DiffSide::before ? 'b' : 'a';
  append_number(text, m_numbers);
  append_number(text, origin);
  ddb::append_json(text, reduced(std::move(item)));
  append_number(order, m_numbers++);
  return m_lines.add(order, text);
}

Diff::Line Diff::parse(std::string_view text)
{
  const auto size = number_at(text);
  const auto behind = text.substr(8 + size);
  return {.order = std::string(text.substr(8, size)),
          .side = behind.front() == 'b' ? DiffSide::before : DiffSide::after,
          .number = number_at(behind.substr(1)),
          .origin = number_at(behind.substr(9)),
          .text = std::string(behind.substr(17)),
          .item = {}};
}

Error Diff::key_twice(const Line& first, const Line& second) const
{
  const auto& files = m_files.at(second.side);
  const auto name_of = [&](const Line& line) { return files[(line.origin >> k_line_bits) - 1].name; };
  const auto line_of = [](const Line& line) { return static_cast<std::int64_t>(line.origin & ((std::uint64_t{1} << k_line_bits) - 1)); };
  return wrong_file(name_of(second), line_of(second), 1,
                    fmt::format("{}:{} has an item with the same key", name_of(first), line_of(first)));
}

Status Diff::read_item(Line& line)
{
  auto item = ddb::parse_item(line.text);
  if (!item) {
    return fail(Error{.kind = ErrorKind::bug, .message = "an item does not read back: " + item.error().message});
  }
  line.item = std::move(*item);
  return {};
}

/// Equal items have equal texts; most of two sides are equal, and need not be read for that.
bool Diff::are_plainly_same(const Line& before, const Line& after) const
{
  return before.text == after.text && !m_passwords.contains(before.number) && !m_passwords.contains(after.number);
}

Status Diff::read_table(DiffSide side, TablePlace& place, const ScanPace& pace, const std::function<void(std::int64_t)>& progress)
{
  ddb::ScanRequest request;
  request.table = place.target.physical_name;
  request.consistent = true;
  if (m_rules.keys_only) {
    project_keys(request, m_rules.keys.key);
  }
  const InterruptScope interrupt;
  std::int64_t read = 0;
  return scan_pages(place.client, request, pace, [&](ddb::Page page) -> Status {
    for (auto& item : page.items) {
      DAVIT_TRY(add(side, 0, std::move(item)));
    }
    progress(read += page.count);
    return {};
  });
}

Status Diff::read_files(DiffSide side, const std::vector<ItemFile>& files, std::optional<ddb::format::FileFormat> format,
                        const std::function<void(std::int64_t)>& progress)
{
  const InterruptScope interrupt;
  JudgedItems items{files, format, m_rules.keys};
  m_files[side] = files;
  JudgedItem item;
  for (std::int64_t read = 0;; progress(++read)) {
    DAVIT_TRY_ASSIGN(const bool any, items.next(item, JudgedItems::As::record));
    if (!any) {
      return {};
    }
    if (!item.problems.empty()) {
      const auto& problem = item.problems.front();
      return fail(wrong_file(items.name_of(item.file), problem.at.line, problem.at.column, problem.message));
    }
    if (interrupted() != 0) {
      return fail({.kind = ErrorKind::cancelled, .message = fmt::format("interrupted after {} items of the files", read)});
    }
    if (!item.record.passwords.empty()) {
      m_passwords.emplace(m_numbers, std::move(item.record.passwords));
    }
    DAVIT_TRY(add(side, packed_origin(item), std::move(item.record.item)));
  }
}

/// Where the other side stores a hash of the same text, that is what storing the password would leave.
void Diff::settle_passwords(Line& line, const Item& other)
{
  const auto found = m_passwords.find(line.number);
  if (found == m_passwords.end()) {
    return;
  }
  for (const auto& password : found->second) {
    const auto* stored = ddb::format::value_at(other, password.path);
    const auto* hash = stored == nullptr ? nullptr : stored->get_if<std::string>();
    auto* placeholder = ddb::format::value_at(line.item, password.path);
    if (hash != nullptr && placeholder != nullptr && aws::crypto::verify_password(password.text, *hash).value_or(false)) {
      *placeholder = *hash;
    }
  }
}

Status Diff::settle(std::optional<Line> before, std::optional<Line> after, const std::function<Status(const ItemDifference&)>& take)
{
  if (before && after && are_plainly_same(*before, *after)) {
    ++m_counts.same;
    return {};
  }
  for (auto* line : {&before, &after}) {
    if (*line) {
      DAVIT_TRY(read_item(**line));
    }
  }
  ItemDifference difference{.key = ddb::key_of(before ? before->item : after->item, m_rules.keys.key), .attributes = {}};
  difference.before = before ? &before->item : nullptr;
  difference.after = after ? &after->item : nullptr;
  if (before && after) {
    settle_passwords(*before, after->item);
    settle_passwords(*after, before->item);
    difference.attributes = differences(before->item, after->item);
    if (difference.attributes.empty()) {
      ++m_counts.same;
      return {};
    }
  }
  ++(before && after ? m_counts.changed : before ? m_counts.removed : m_counts.added);
  return take(difference);
}

Result<DiffCounts> Diff::for_each(const std::function<Status(const ItemDifference&)>& take)
{
  std::optional<Line> before;
  std::optional<Line> after;
  std::optional<std::string> order;
  const auto settle_key = [&]() -> Status {
    return before || after ? settle(std::exchange(before, std::nullopt), std::exchange(after, std::nullopt), take) : Status{};
  };
  const auto take_line = [&](std::string_view text) -> Status {
    Line line = parse(text);
    if (order != line.order) {
      DAVIT_TRY(settle_key());
      order = line.order;
    }
    auto& slot = line.side == DiffSide::before ? before : after;
    if (slot && line.origin != 0) {
      return fail(key_twice(*slot, line));
    }
    // A table that changes while it is read may give an item twice; the later one is newer.
    slot = std::move(line);
    return {};
  };
  DAVIT_TRY(m_lines.for_each(take_line));
  DAVIT_TRY(settle_key());
  return m_counts;
}

}  // namespace davit::commands::table
