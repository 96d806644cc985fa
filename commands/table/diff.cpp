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

Error refused_item(const JudgedItem& item)
{
  Error error = usage_error("a file has items that no table takes, or one key twice", "`davit table check` lists them all");
  const auto& problem = item.problems.front();
  error.diagnostics.push_back(
      {.file = item.file, .line = static_cast<int>(problem.at.line), .column = problem.at.column, .message = problem.message});
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
Status Diff::add(DiffSide side, std::uint64_t number, Item item)
{
  std::string order;
  ddb::format::append_order(order, item, names_of(m_rules.keys.key));
  std::string text;
  append_number(text, order.size());
  text += order;
  text += side == DiffSide::before ? 'b' : 'a';
  append_number(text, number);
  ddb::append_json(text, reduced(std::move(item)));
  append_number(order, number);
  return m_lines.add(std::move(order), std::move(text));
}

Result<Diff::Line> Diff::parse(std::string_view text)
{
  Line out;
  const auto size = number_at(text);
  out.order = text.substr(8, size);
  text.remove_prefix(8 + size);
  out.side = text.front() == 'b' ? DiffSide::before : DiffSide::after;
  out.number = number_at(text.substr(1));
  auto item = ddb::parse_item(text.substr(9));
  if (!item) {
    return fail(Error{.kind = ErrorKind::bug, .message = "an item does not read back: " + item.error().message});
  }
  out.item = std::move(*item);
  return out;
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
      DAVIT_TRY(add(side, m_numbers++, std::move(item)));
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
  for (std::int64_t read = 0;; progress(++read)) {
    DAVIT_TRY_ASSIGN(auto item, items.next());
    if (!item) {
      return {};
    }
    if (!item->problems.empty()) {
      return fail(refused_item(*item));
    }
    if (interrupted() != 0) {
      return fail({.kind = ErrorKind::cancelled, .message = fmt::format("interrupted after {} items of the files", read)});
    }
    if (!item->record.passwords.empty()) {
      m_passwords.emplace(m_numbers, std::move(item->record.passwords));
    }
    DAVIT_TRY(add(side, m_numbers++, std::move(item->record.item)));
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
    DAVIT_TRY_ASSIGN(Line line, parse(text));
    if (order != line.order) {
      DAVIT_TRY(settle_key());
      order = line.order;
    }
    // A table that changes while it is read may give an item twice; the later one is newer.
    (line.side == DiffSide::before ? before : after) = std::move(line);
    return {};
  };
  DAVIT_TRY(m_lines.for_each(take_line));
  DAVIT_TRY(settle_key());
  return m_counts;
}

}  // namespace davit::commands::table
