// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "aws/core/json.hpp"
#include "aws/core/result.hpp"
#include "aws/http/message.hpp"

/// Smoke suites: what `smoke/*.yaml` says, before anything runs.
namespace davit::commands::workflow::smoke {

/// One thing that is asserted about what a step brought.
struct Check {
  enum class Subject { status, header, json, payload, latency, log, body, function_error, schema };
  Subject subject = Subject::status;
  std::string name;      ///< of a header, a JSON path, or the file of a schema; else empty
  OrderedJson expected;  ///< as the suite says it

  /// "status", "header x-correlation-id", "json $.name": how a report calls it.
  [[nodiscard]] std::string title() const;
};

/// An HTTP request; texts may hold {{names}}.
struct RequestCall {
  std::string method;
  std::string path;  ///< with its query
  aws::http::Headers headers;
  std::optional<std::string> token;  ///< profile of davit.yaml; "none" sends none
  /// At most one of the three.
  std::optional<OrderedJson> json;
  std::optional<OrderedJson> form;  ///< an object of texts
  std::optional<std::string> body;
};

/// An event for the function.
struct EventCall {
  OrderedJson event;
};

/// A call of DynamoDB.
struct ItemCall {
  enum class Verb { get, put, update, remove, query };
  std::string table;
  Verb verb = Verb::get;
  OrderedJson argument;                       ///< the key, the item, or the values that a query's key attributes have
  OrderedJson set = OrderedJson::object();    ///< of an update
  OrderedJson remove = OrderedJson::array();  ///< of an update: names
  std::string index;                          ///< of a query
};

/// A value that later steps may use as {{name}}.
struct Capture {
  enum class Source { json, header };
  std::string name;
  Source source = Source::json;
  std::string from;                    ///< JSON path or header name
  std::optional<std::string> pattern;  ///< keeps what the first group of this regular expression matched
};

struct Retry {
  int times = 0;  ///< further attempts after the first
  std::chrono::milliseconds wait{200};
  std::vector<Check> stop_if;  ///< when all of these hold of an answer, another attempt is pointless
};

struct Step {
  std::string name;
  int line = 0;
  OrderedJson row = OrderedJson::object();  ///< of a step that runs for each row of a table: its values, by their names
  std::variant<RequestCall, EventCall, ItemCall> call;
  std::vector<Check> checks;
  std::vector<Capture> captures;
  Retry retry;
  std::optional<std::chrono::milliseconds> timeout;  ///< for one attempt
};

struct Suite {
  std::string name;
  std::filesystem::path file;
  OrderedJson variables = OrderedJson::object();
  std::vector<Step> setup;
  std::vector<Step> steps;
  std::vector<Step> cleanup;
};

/// What the steps of a suite can make use of, to refuse the others before anything is sent. `has_function` is whether there is one to send
/// events to and to read the log of; `complaint_about_token` says what is wrong with a profile of davit.yaml, if anything is.
struct Surroundings {
  bool has_function = true;
  std::function<std::optional<Error>(const std::string& profile)> complaint_about_token = {};
};

/// Reads one suite with the events it names. Usage error with every problem of the file, each with its place: what is no YAML and no suite,
/// a {{name}} that nothing gives a value before, an event that is no JSON, and what the surroundings do not have.
Result<Suite> read_suite(const std::filesystem::path& file, const Surroundings& surroundings = {});

/// The same from a text; `file` is what errors call it and where paths in it start.
Result<Suite> parse_suite(std::string_view text, const std::filesystem::path& file, const Surroundings& surroundings = {});

}  // namespace davit::commands::workflow::smoke
