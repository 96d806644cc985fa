// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/extension_registry.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "aws/crypto/random.hpp"

namespace davit::aws::local::lambda {
namespace {

constexpr std::size_t k_most_extensions = 10;

http::Response extension_refusal(const std::string& type, const std::string& message)
{
  return {.status = 403,
          .headers = {{"Content-Type", "application/json"}},
          .body = dump_json({{"errorMessage", message}, {"errorType", type}})};
}

/// "events" of a registration; nothing when it is no such document.
std::optional<std::vector<std::string>> events_of(const std::string& body)
{
  const Json document = Json::parse(body.empty() ? "{}" : body, nullptr, false);
  if (!document.is_object()) {
    return std::nullopt;
  }
  std::vector<std::string> events;
  for (const Json& event : document.value("events", Json::array())) {
    if (!event.is_string()) {
      return std::nullopt;
    }
    events.push_back(event);
  }
  return events;
}

}  // namespace

bool ExtensionRegistry::Extension::wants(std::string_view event) const
{
  return std::find(events.begin(), events.end(), event) != events.end();
}

bool ExtensionRegistry::is_expected(const std::string& name) const
{
  return std::find(m_expected.begin(), m_expected.end(), name) != m_expected.end();
}

bool ExtensionRegistry::is_registered(const std::string& name) const
{
  return std::any_of(m_extensions.begin(), m_extensions.end(), [&](const Extension& each) { return each.name == name; });
}

http::Response ExtensionRegistry::add(const http::Request& request, const Json& function)
{
  const std::string name = request.headers.get("lambda-extension-name").value_or("");
  const auto events = events_of(request.body);
  if (name.empty()) {
    return extension_refusal("Extension.InvalidExtensionName", "Empty extension name");
  }
  if (!events) {
    return extension_refusal("InvalidRequestFormat", "The registration is no JSON document with a list of events");
  }
  const bool external = is_expected(name);
  if (is_registered(name)) {
    return extension_refusal("Extension.InvalidExtensionState",
                             fmt::format("State transition from Registered to Registered failed for extension {}. Error: State transition "
                                         "is not allowed",
                                         name));
  }
  if (m_is_closed && !external) {
    return extension_refusal("Extension.RegistrationClosed", "Extension registration closed already");
  }
  for (const auto& event : *events) {
    if (event != "INVOKE" && (event != "SHUTDOWN" || !external)) {
      return extension_refusal(
          "Extension.InvalidEventType",
          fmt::format("{}: {}", event, event == "SHUTDOWN" ? "ShutdownEventNotSupportedForInternalExtension" : "ErrorInvalidEventType"));
    }
  }
  if (m_extensions.size() >= k_most_extensions) {
    return extension_refusal("Extension.TooManyExtensions", fmt::format("Extension limit ({}) reached", k_most_extensions));
  }
  m_extensions.push_back({.id = crypto::random_uuid(), .name = name, .is_external = external, .events = *events});
  http::Response response{.status = 200, .headers = {{"Content-Type", "application/json"}}, .body = dump_json(function)};
  response.headers.add("Lambda-Extension-Identifier", m_extensions.back().id);
  return response;
}

bool ExtensionRegistry::all_registered() const
{
  return std::all_of(m_expected.begin(), m_expected.end(), [this](const std::string& name) { return is_registered(name); });
}

bool ExtensionRegistry::all_ready() const
{
  return all_registered() && std::all_of(m_extensions.begin(), m_extensions.end(), [](const Extension& each) { return each.is_waiting; });
}

bool ExtensionRegistry::has_external() const
{
  return std::any_of(m_extensions.begin(), m_extensions.end(), [](const Extension& each) { return each.is_external; });
}

std::vector<std::string> ExtensionRegistry::log_lines() const
{
  std::vector<std::string> lines;
  for (const auto& each : m_extensions) {
    lines.push_back(fmt::format("EXTENSION\tName: {}\tState: {}\tEvents: [{}]", each.name, each.is_waiting ? "Ready" : "Registered",
                                fmt::join(each.events, ", ")));
  }
  return lines;
}

void ExtensionRegistry::announce_invocation(const Json& event)
{
  for (auto& each : m_extensions) {
    if (each.wants("INVOKE")) {
      each.next = event;
    }
  }
}

void ExtensionRegistry::announce_shutdown(const Json& event)
{
  for (auto& each : m_extensions) {
    if (each.wants("SHUTDOWN")) {
      each.next = event;
    }
  }
}

tl::expected<std::size_t, http::Response> ExtensionRegistry::find(const http::Request& request) const
{
  const auto id = request.headers.get("lambda-extension-identifier");
  if (!id) {
    return tl::unexpected(extension_refusal("Extension.MissingHeader", "Missing Lambda-Extension-Identifier header"));
  }
  const auto found = std::find_if(m_extensions.begin(), m_extensions.end(), [&](const Extension& each) { return each.id == *id; });
  if (found == m_extensions.end()) {
    return tl::unexpected(extension_refusal("Extension.UnknownExtensionIdentifier", "Unknown extension " + *id));
  }
  return static_cast<std::size_t>(found - m_extensions.begin());
}

std::optional<Json> ExtensionRegistry::take_event(std::size_t extension)
{
  auto& chosen = m_extensions[extension];
  if (chosen.next) {
    chosen.is_waiting = false;
  }
  return std::exchange(chosen.next, std::nullopt);
}

}  // namespace davit::aws::local::lambda
