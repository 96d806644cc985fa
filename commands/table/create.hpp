// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "aws/dynamodb/client.hpp"
#include "cli/command.hpp"
#include "cli/plan.hpp"
#include "commands/table/readiness.hpp"

namespace davit::commands::table {

struct CreateRequest {
  std::vector<aws::dynamodb::TableDefinition> tables;  ///< by their physical names
  std::chrono::milliseconds limit = k_default_wait;    ///< for all of them to become active
};

/// One table of the request, and what there is to do for it.
struct CreateStep {
  enum class Kind {
    create,
    recreate,  ///< the table of this name is being deleted; the new one follows
    skip,      ///< it is there with the same keys
  };
  Kind kind = Kind::create;
  aws::dynamodb::TableDefinition definition;
  bool enables_time_to_live = false;  ///< once it is active, and so here and below of one that is there without
  bool enables_recovery = false;
};

struct CreatePlan {
  std::vector<CreateStep> steps;
  std::chrono::milliseconds limit = k_default_wait;

  [[nodiscard]] cli::Plan to_plan() const;
};

struct CreateResponse {
  std::vector<std::string> created;  ///< physical names
  std::vector<std::string> skipped;
  std::vector<std::string> completed;  ///< those of both that got settings once they were active
};

/// Compares with what is there; sends no write. A table that is there with other keys or indexes is a conflict that names the differences.
Result<CreatePlan> plan_create(const CreateRequest& request, aws::dynamodb::Client& client);

/// Creates what the plan says, waits until all its tables, the skipped ones too, are active, and then sets what can be set on those alone.
/// Done again, it changes nothing.
Result<CreateResponse> create(const CreatePlan& plan, aws::dynamodb::Client& client, const std::function<void(std::string_view)>& progress);

void add_create(CLI::App& group, cli::Registry& registry);

}  // namespace davit::commands::table
