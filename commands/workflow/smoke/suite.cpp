// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/smoke/suite.hpp"

#include <fmt/format.h>

#include "aws/core/file.hpp"
#include "cli/yaml/reader.hpp"
#include "commands/workflow/smoke/suite_reader.hpp"

namespace davit::commands::workflow::smoke {

std::string Check::title() const
{
  switch (subject) {
    case Subject::status:
      return "status";
    case Subject::header:
      return "header " + name;
    case Subject::json:
      return "json " + name;
    case Subject::payload:
      return "payload " + name;
    case Subject::latency:
      return "latency_ms";
    case Subject::log:
      return "log";
    case Subject::body:
      return "body";
    case Subject::function_error:
      return "function_error";
    case Subject::schema:
      return name.empty() ? "schema" : "schema " + name;
  }
  return {};
}

Result<Suite> parse_suite(std::string_view text, const std::filesystem::path& file, const Surroundings& surroundings)
{
  Error error = usage_error(fmt::format("{} is no valid smoke suite", file.string()), "`davit smoke --help` describes the format");
  auto document = cli::yaml::read(text, file.string(), error.diagnostics);
  if (!document) {
    return fail(std::move(document).error());
  }
  SuiteReader reader{*document, error.diagnostics, file, surroundings};
  Suite suite = reader.read();
  return error.diagnostics.empty() ? Result<Suite>(std::move(suite)) : fail(std::move(error));
}

Result<Suite> read_suite(const std::filesystem::path& file, const Surroundings& surroundings)
{
  DAVIT_TRY_ASSIGN(const std::string text, read_file(file));
  return parse_suite(text, file, surroundings);
}

}  // namespace davit::commands::workflow::smoke
