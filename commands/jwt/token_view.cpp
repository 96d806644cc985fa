// SPDX-License-Identifier: Apache-2.0
#include "commands/jwt/token_view.hpp"

#include <fmt/format.h>

#include <cmath>

#include "aws/core/encoding.hpp"

namespace davit::commands::jwt {
namespace {

/// The instant of a claim that is one; nothing outside of the years 1970 to 9999.
std::optional<TimePoint> time_of(const OrderedJson& claims, const std::string& name)
{
  constexpr double k_last = 253402300799;
  const auto found = claims.find(name);
  if (found == claims.end() || !found->is_number() || found->get<double>() < 0 || found->get<double>() > k_last) {
    return std::nullopt;
  }
  return TimePoint(std::chrono::milliseconds(std::llround(found->get<double>() * 1000)));
}

bool is_time_claim(const std::string& name)
{
  return name == "exp" || name == "nbf" || name == "iat" || name == "auth_time";
}

std::string text_of(const OrderedJson& value)
{
  return value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

std::string distance(std::int64_t seconds)
{
  constexpr std::int64_t k_minute = 60;
  constexpr std::int64_t k_hour = 3600;
  constexpr std::int64_t k_day = 86400;
  if (seconds < 2 * k_minute) {
    return fmt::format("{} s", seconds);
  }
  if (seconds < 2 * k_hour) {
    return fmt::format("{} min", seconds / k_minute);
  }
  return seconds < 2 * k_day ? fmt::format("{} h", seconds / k_hour) : fmt::format("{} days", seconds / k_day);
}

}  // namespace

OrderedJson to_json(const std::vector<aws::jose::Reason>& reasons)
{
  OrderedJson out = OrderedJson::array();
  for (const auto& reason : reasons) {
    out.push_back({{"id", aws::jose::name_of(reason.id)}, {"message", reason.message}});
  }
  return out;
}

OrderedJson object_of(std::string_view text)
{
  auto parsed = parse_ordered_json(text, "token");
  return parsed && parsed->is_object() ? std::move(*parsed) : OrderedJson();
}

void add_payload(OrderedJson& data, const std::string& payload)
{
  const bool is_text = is_utf8(payload);
  data["payload"] = is_text ? OrderedJson(payload) : OrderedJson();
  if (!is_text) {
    data["payloadBase64"] = to_base64(payload);
  }
}

OrderedJson times_of(const OrderedJson& claims)
{
  OrderedJson out = OrderedJson::object();
  for (const auto& [name, value] : claims.items()) {
    if (const auto time = is_time_claim(name) ? time_of(claims, name) : std::nullopt) {
      out[name] = to_rfc3339(*time);
    }
  }
  return out;
}

std::string relative_time(TimePoint time, TimePoint now)
{
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time - now).count();
  return seconds > 0 ? "in " + distance(seconds) : distance(-seconds) + " ago";
}

std::vector<std::vector<std::string>> rows_of(const OrderedJson& object, TimePoint now)
{
  std::vector<std::vector<std::string>> rows;
  for (const auto& [name, value] : object.items()) {
    const auto time = is_time_claim(name) ? time_of(object, name) : std::nullopt;
    rows.push_back({name, time ? fmt::format("{}  {}, {}", text_of(value), to_rfc3339(*time), relative_time(*time, now)) : text_of(value)});
  }
  return rows;
}

}  // namespace davit::commands::jwt
