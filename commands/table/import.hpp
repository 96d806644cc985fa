// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "aws/auth/session.hpp"
#include "aws/dynamodb/import.hpp"
#include "aws/s3/client.hpp"
#include "cli/context.hpp"
#include "cli/plan.hpp"

/// `davit table seed NAME --from s3://...`: the service makes the table and fills it from S3, and davit follows.
namespace davit::commands::table {

struct ImportFromS3 {
  std::string table;  ///< how messages and the report call it
  aws::dynamodb::TableDefinition definition;
  aws::s3::Location source;
  std::string format;   ///< of the flag: csv, dynamodb-json, ion; empty: by the names of the objects
  bool resume = false;  ///< follow the import that was started last instead of starting one
};

/// What an import would read.
struct ImportPlan {
  aws::dynamodb::ImportRequest request;
  std::size_t objects = 0;
  std::int64_t bytes = 0;
  std::optional<std::string> following = std::nullopt;  ///< ARN of an import that is there already

  [[nodiscard]] cli::Plan to_plan() const;
};

struct ImportResponse {
  std::string table;
  std::string physical_name;
  aws::dynamodb::ImportDescription import;
  double seconds = 0;
  std::optional<Error> failure = std::nullopt;  ///< why it is not all imported
};

/// Looks at the bucket and the table; sends no write. A conflict error where the table is there: the service imports into new ones alone.
Result<ImportPlan> plan_import(const ImportFromS3& request, aws::auth::Session& session);

/// Starts the import, or finds the one to follow, and asks how far it is until it has ended. An interrupt ends the following, not the
/// import.
Result<ImportResponse> import_from_s3(const ImportFromS3& request, const ImportPlan& plan, aws::auth::Session& session,
                                      const std::function<void(std::string_view)>& progress);

/// The same members as a seed from files, and those of the import.
OrderedJson to_json(const ImportResponse& response);

struct ImportFlags {
  std::string name;
  std::string from;
  std::string format;
  bool resume = false;
  bool dry_run = false;
};
Result<cli::Outcome> run_import(cli::Context& context, const ImportFlags& flags);

}  // namespace davit::commands::table
