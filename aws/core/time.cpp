// SPDX-License-Identifier: Apache-2.0
#include "aws/core/time.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>

namespace davit {
namespace {

using std::chrono::milliseconds;

struct Fields {
  int year, month, day, hour, minute, second;
};

Fields fields_of(TimePoint time)
{
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::seconds>(time) - day};
  return {static_cast<int>(date.year()),
          static_cast<int>(static_cast<unsigned>(date.month())),
          static_cast<int>(static_cast<unsigned>(date.day())),
          static_cast<int>(clock.hours().count()),
          static_cast<int>(clock.minutes().count()),
          static_cast<int>(clock.seconds().count())};
}

/// Reads digits and fixed characters from the front of a text.
class Cursor
{
public:
  explicit Cursor(std::string_view text) : m_text(text) {}

  bool literal(char c)
  {
    if (m_text.empty() || (m_text.front() | 0x20) != (c | 0x20)) {
      return false;
    }
    m_text.remove_prefix(1);
    return true;
  }

  bool digits(std::size_t count, int& value)
  {
    if (m_text.size() < count) {
      return false;
    }
    value = 0;
    for (const char c : m_text.substr(0, count)) {
      if (c < '0' || c > '9') {
        return false;
      }
      value = value * 10 + (c - '0');
    }
    m_text.remove_prefix(count);
    return true;
  }

  /// A fraction of a second, cut to milliseconds.
  bool fraction(int& value)
  {
    std::size_t count = 0;
    value = 0;
    for (; count < m_text.size() && m_text[count] >= '0' && m_text[count] <= '9'; ++count) {
      value = count < 3 ? value * 10 + (m_text[count] - '0') : value;
    }
    for (std::size_t i = count; i < 3; ++i) {
      value *= 10;
    }
    m_text.remove_prefix(count);
    return count > 0;
  }

  [[nodiscard]] bool at_end() const { return m_text.empty(); }
  [[nodiscard]] char peek() const { return m_text.empty() ? '\0' : m_text.front(); }

private:
  std::string_view m_text;
};

std::optional<TimePoint> compose(const Fields& f, int millis, int offset_minutes)
{
  const std::chrono::year_month_day date{std::chrono::year{f.year}, std::chrono::month{static_cast<unsigned>(f.month)},
                                         std::chrono::day{static_cast<unsigned>(f.day)}};
  // RFC 3339 allows second 60 for a leap second.
  if (!date.ok() || f.hour > 23 || f.minute > 59 || f.second > 60) {
    return std::nullopt;
  }
  return TimePoint{std::chrono::sys_days{date}} + std::chrono::hours{f.hour} + std::chrono::minutes{f.minute - offset_minutes} +
         std::chrono::seconds{f.second} + milliseconds{millis};
}

bool read_offset(Cursor& in, int& minutes)
{
  minutes = 0;
  if (in.literal('Z')) {
    return true;
  }
  const int sign = in.peek() == '-' ? -1 : 1;
  int hour = 0;
  int minute = 0;
  if (!(in.literal('+') || in.literal('-')) || !in.digits(2, hour) || !in.literal(':') || !in.digits(2, minute)) {
    return false;
  }
  minutes = sign * (hour * 60 + minute);
  return hour < 24 && minute < 60;
}

std::optional<TimePoint> parse_rfc3339(std::string_view text)
{
  Cursor in{text};
  Fields f{};
  int millis = 0;
  int offset = 0;
  const bool date = in.digits(4, f.year) && in.literal('-') && in.digits(2, f.month) && in.literal('-') && in.digits(2, f.day);
  const bool clock = date && (in.literal('T') || in.literal(' ')) && in.digits(2, f.hour) && in.literal(':') && in.digits(2, f.minute) &&
                     in.literal(':') && in.digits(2, f.second);
  if (!clock || (in.literal('.') && !in.fraction(millis)) || !read_offset(in, offset) || !in.at_end()) {
    return std::nullopt;
  }
  return compose(f, millis, offset);
}

std::optional<TimePoint> parse_amz_date(std::string_view text)
{
  Cursor in{text};
  Fields f{};
  const bool ok = in.digits(4, f.year) && in.digits(2, f.month) && in.digits(2, f.day) && in.literal('T') && in.digits(2, f.hour) &&
                  in.digits(2, f.minute) && in.digits(2, f.second) && in.literal('Z') && in.at_end();
  return ok ? compose(f, 0, 0) : std::nullopt;
}

std::optional<TimePoint> parse_unix_seconds(std::string_view text)
{
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc{} || end == text.data() || seconds > 253'402'300'799 || seconds < -62'135'596'800) {
    return std::nullopt;
  }
  Cursor rest{text.substr(static_cast<std::size_t>(end - text.data()))};
  int millis = 0;
  if ((rest.literal('.') && !rest.fraction(millis)) || !rest.at_end()) {
    return std::nullopt;
  }
  return TimePoint{std::chrono::seconds{seconds}} + milliseconds{text.front() == '-' ? -millis : millis};
}

struct Unit {
  std::string_view name;
  std::int64_t milliseconds;
};

// "ms" stands before "m": the longer name is tried first.
constexpr std::array<Unit, 5> k_units{{{"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};

const Unit* unit_at(std::string_view text)
{
  for (const auto& unit : k_units) {
    if (text.starts_with(unit.name)) {
      return &unit;
    }
  }
  return nullptr;
}

}  // namespace

TimePoint system_now()
{
  return std::chrono::floor<milliseconds>(std::chrono::system_clock::now());
}

std::string to_rfc3339(TimePoint time)
{
  const Fields f = fields_of(time);
  const auto millis = (time - std::chrono::floor<std::chrono::seconds>(time)).count();
  const std::string fraction = millis == 0 ? "" : fmt::format(".{:03}", millis);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}Z", f.year, f.month, f.day, f.hour, f.minute, f.second, fraction);
}

std::string to_amz_date(TimePoint time)
{
  const Fields f = fields_of(time);
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", f.year, f.month, f.day, f.hour, f.minute, f.second);
}

Result<TimePoint> parse_time(std::string_view text)
{
  for (const auto parse : {parse_rfc3339, parse_amz_date, parse_unix_seconds}) {
    if (const auto time = parse(text)) {
      return *time;
    }
  }
  return fail(usage_error(fmt::format("'{}' is no time", text), "write RFC 3339 (2026-01-31T12:00:00Z) or Unix seconds (1769860800)"));
}

Result<milliseconds> parse_duration(std::string_view text)
{
  const auto refuse = [&] {
    return fail(usage_error(fmt::format("'{}' is no duration", text), "write a number and a unit: 200ms, 90s, 15m, 1h, 2d"));
  };
  constexpr std::int64_t k_longest = 100LL * 366 * 86'400'000;
  std::int64_t total = 0;
  std::string_view rest = text;
  do {
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), count);
    if (error != std::errc{} || count < 0 || count > k_longest) {
      return refuse();
    }
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    const Unit* unit = unit_at(rest);
    if (unit == nullptr || count > k_longest / unit->milliseconds) {
      return refuse();
    }
    total += count * unit->milliseconds;
    rest.remove_prefix(unit->name.size());
  } while (!rest.empty());
  return milliseconds{total};
}

}  // namespace davit
