// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "aws/core/json.hpp"
#include "aws/core/result.hpp"

/// Smoke suites: what `smoke/*.yaml` says, before anything runs.
namespace davit::commands::workflow::smoke {

/// One thing that is asserted about what a step brought.
struct Check {
  enum class Subject { status, header, json, payload, latency, log, body, function_error };
  Subject subject = Subject::status;
  std::string name;  ///< of a header, or a JSON path; else empty
  OrderedJson expected;

  /// "status", "header x-correlation-id", "json $.name": how a report calls it.
  [[nodiscard]] std::string title() const;
};

struct RequestCall {
  std::string method;
  std::string path;  ///< with its query
  std::optional<std::string> body;
  std::optional<OrderedJson> json;
};

struct EventCall {
  std::filesystem::path file;  ///< absolute
};

struct ItemCall {
  enum class Verb { get, put, remove };
  std::string table;
  Verb verb = Verb::get;
  OrderedJson argument;  ///< the key, or the item
};

struct Retry {
  int times = 0;  ///< further attempts after the first
  std::chrono::milliseconds wait{200};
};

struct Step {
  std::string name;
  int line = 0;
  std::optional<RequestCall> request;
  std::optional<EventCall> event;
  std::optional<ItemCall> item;
  std::optional<std::string> token;  ///< profile of davit.yaml; "none" sends none
  std::map<std::string, std::string> headers;
  std::vector<Check> checks;
  std::map<std::string, std::string> capture;  ///< variable to JSON path
  Retry retry;
};

struct Suite {
  std::string name;
  std::filesystem::path file;
  OrderedJson variables = OrderedJson::object();
  std::vector<Step> setup;
  std::vector<Step> steps;
  std::vector<Step> cleanup;
};

/// Reads one suite. Usage error with every problem of the file, each with its place.
Result<Suite> read_suite(const std::filesystem::path& file);

/// The same from a text; `file` is what errors call it and where paths in it start.
Result<Suite> parse_suite(std::string_view text, const std::filesystem::path& file);

}  // namespace davit::commands::workflow::smoke
