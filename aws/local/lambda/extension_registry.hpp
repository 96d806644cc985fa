// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "aws/core/json.hpp"
#include "aws/http/message.hpp"

namespace davit::aws::local::lambda {

/// Why an environment ends: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html#runtimes-lifecycle-shutdown
enum class ShutdownReason { spindown, timeout, failure };

/// Who has registered with the Extensions API of one environment, and what each is to be told next. Not locked: the Runtime API that it
/// belongs to is. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html
class ExtensionRegistry
{
public:
  /// Programs of /opt/extensions that were started: they register under their file names.
  void expect(std::vector<std::string> external) { m_expected = std::move(external); }

  /// A refusal is a response with status 403. `function` is what a registration is answered with.
  http::Response add(const http::Request& request, const Json& function);

  /// The runtime is about to take its first event: from here on only expected ones may register.
  void close() { m_is_closed = true; }

  [[nodiscard]] bool all_registered() const;
  /// Each waits for its next event.
  [[nodiscard]] bool all_ready() const;
  [[nodiscard]] bool has_external() const;
  [[nodiscard]] bool is_empty() const { return m_extensions.empty(); }

  /// "EXTENSION\tName: ...\tState: Ready\tEvents: [INVOKE, SHUTDOWN]", one each.
  [[nodiscard]] std::vector<std::string> log_lines() const;

  void announce_invocation(const Json& event);
  void announce_shutdown(const Json& event);

  /// The position of the one that the request names by its identifier; a refusal otherwise.
  [[nodiscard]] tl::expected<std::size_t, http::Response> find(const http::Request& request) const;
  /// It asks for its next event.
  void wait_for_event(std::size_t extension) { m_extensions[extension].is_waiting = true; }
  /// What it is told, once.
  std::optional<Json> take_event(std::size_t extension);

private:
  struct Extension {
    std::string id;
    std::string name;
    bool is_external = false;
    std::vector<std::string> events;
    bool is_waiting = false;
    std::optional<Json> next;

    [[nodiscard]] bool wants(std::string_view event) const;
  };
  [[nodiscard]] bool is_expected(const std::string& name) const;
  [[nodiscard]] bool is_registered(const std::string& name) const;

  std::vector<std::string> m_expected;
  std::vector<Extension> m_extensions;
  bool m_is_closed = false;
};

}  // namespace davit::aws::local::lambda
