// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "commands/table/target.hpp"

namespace CLI {
class App;
}

namespace davit::commands::table {

/// Where another table than the first one is, as far as that is not where the command itself looks.
struct PlaceFlags {
  std::string environment;
  std::string profile;
  std::string region;
  std::string endpoint_url;

  [[nodiscard]] bool is_elsewhere() const { return !environment.empty() || !profile.empty() || !region.empty() || !endpoint_url.empty(); }
};

/// Adds --<word>-env, --<word>-profile, --<word>-region and --<word>-endpoint-url.
void add_place_flags(CLI::App& command, PlaceFlags& flags, const std::string& word, const std::string& what);

/// A table, with the session it is reached by and its description.
struct TablePlace {
  std::unique_ptr<cli::Context> context;  ///< where it is elsewhere: owns the project and the session; outlives the rest
  cli::config::TableTarget target;
  aws::dynamodb::Client client;
  aws::dynamodb::TableDescription table;
  std::string endpoint;  ///< its URL
};

/// Looks where `flags` say, else where the command does. The region of a name that is an ARN counts. Not found as describe() says it.
Result<TablePlace> open_place(cli::Context& context, const std::string& name, const PlaceFlags& flags);

/// Whether both are one table.
bool is_same_table(const TablePlace& one, const TablePlace& other);

}  // namespace davit::commands::table
