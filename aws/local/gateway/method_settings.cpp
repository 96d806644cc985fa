// SPDX-License-Identifier: Apache-2.0
#include "aws/local/gateway/method_settings.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>

#include "aws/local/gateway/api_changes.hpp"

namespace davit::aws::local::gateway {
namespace {

struct MethodSetting {
  std::string_view group;
  std::string_view path;
  const char* member;
  const char* usual;  ///< as JSON
};

constexpr MethodSetting k_settings[] = {
    {"metrics", "enabled", "metricsEnabled", "false"},
    {"logging", "loglevel", "loggingLevel", "\"OFF\""},
    {"logging", "dataTrace", "dataTraceEnabled", "false"},
    {"throttling", "burstLimit", "throttlingBurstLimit", "5000"},
    {"throttling", "rateLimit", "throttlingRateLimit", "10000.0"},
    {"caching", "enabled", "cachingEnabled", "false"},
    {"caching", "ttlInSeconds", "cacheTtlInSeconds", "300"},
    {"caching", "dataEncrypted", "cacheDataEncrypted", "false"},
    {"caching", "requireAuthorizationForCacheControl", "requireAuthorizationForCacheControl", "true"},
    {"caching", "unauthorizedCacheControlHeaderStrategy", "unauthorizedCacheControlHeaderStrategy", "\"SUCCEED_WITH_RESPONSE_HEADER\""},
};

const MethodSetting* setting_of(const std::vector<std::string>& path)
{
  const auto* found = std::find_if(std::begin(k_settings), std::end(k_settings), [&](const MethodSetting& each) {
    return path.size() >= 4 && path[path.size() - 2] == each.group && path.back() == each.path;
  });
  return found == std::end(k_settings) ? nullptr : found;
}

bool is_method_name(const std::string& text)
{
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'A' && c <= 'Z') || c == '*'; });
}

/// "items/{id}/GET" of the segments in front of the setting's own; a resource may come as one segment with slashes.
std::string settings_key(const std::vector<std::string>& path, std::size_t count)
{
  const std::string key = fmt::format("{}", fmt::join(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(count), "/"));
  return key.starts_with('/') ? key.substr(1) : key;
}

/// "GET /items/{id}" of "items/{id}/GET".
std::string route_key_of(const std::string& key)
{
  const auto slash = key.rfind('/');
  return slash == std::string::npos ? key + " /" : key.substr(slash + 1) + " /" + key.substr(0, slash);
}

void apply_throttle(Stage& stage, const std::string& key)
{
  Throttle throttle;
  const auto found = stage.method_settings.find(key);
  if (found != stage.method_settings.end()) {
    const auto& given = found->second;
    if (const auto rate = given.find("throttlingRateLimit"); rate != given.end()) {
      throttle.rate = std::strtod(rate->second.c_str(), nullptr);
    }
    if (const auto burst = given.find("throttlingBurstLimit"); burst != given.end()) {
      throttle.burst = static_cast<int>(std::strtol(burst->second.c_str(), nullptr, 10));
    }
  }
  (key == "*/*" ? stage.throttle : stage.route_throttles[route_key_of(key)]) = throttle;
}

}  // namespace

bool is_method_setting(const PatchOperation& operation)
{
  const auto& path = operation.path;
  return setting_of(path) != nullptr || (operation.op == "remove" && path.size() >= 2 && is_method_name(path.back()));
}

Answer<void> apply_method_setting(Stage& stage, const PatchOperation& operation)
{
  const MethodSetting* setting = setting_of(operation.path);
  const std::string key = settings_key(operation.path, operation.path.size() - (setting == nullptr ? 0 : 2));
  if (setting == nullptr) {
    stage.method_settings.erase(key);
  } else if (operation.op == "remove") {
    stage.method_settings[key].erase(setting->member);
  } else if (std::string_view(setting->member) == "cachingEnabled" && operation.value == "true") {
    return bad_request("The local AWS serves stages without caches only");
  } else {
    stage.method_settings[key][setting->member] = operation.value;
  }
  apply_throttle(stage, key);
  return {};
}

Json method_settings_document(const std::map<std::string, std::map<std::string, std::string>>& settings)
{
  Json document = Json::object();
  for (const auto& [key, given] : settings) {
    for (const auto& setting : k_settings) {
      const Json usual = Json::parse(setting.usual);
      const auto found = given.find(setting.member);
      const Json as_json = found == given.end() ? usual : Json::parse(found->second, nullptr, false);
      document[key][setting.member] =
          found == given.end() || (!usual.is_string() && !as_json.is_discarded()) ? as_json : Json(found->second);
    }
  }
  return document;
}

}  // namespace davit::aws::local::gateway
