// SPDX-License-Identifier: Apache-2.0
#include "aws/auth/idempotency.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "aws/core/json.hpp"
#include "aws/crypto/random.hpp"

namespace davit::aws::auth {
namespace {

struct TokenMember {
  std::string_view service;
  std::string_view operation;
  std::string_view member;
};

/// The members with the trait idempotencyToken in the models of the services that davit knows.
constexpr TokenMember k_token_members[] = {
    {"cloudformation", "CreateStackInstances", "OperationId"},
    {"cloudformation", "CreateStackSet", "ClientRequestToken"},
    {"cloudformation", "DeleteStackInstances", "OperationId"},
    {"cloudformation", "DetectStackSetDrift", "OperationId"},
    {"cloudformation", "ImportStacksToStackSet", "OperationId"},
    {"cloudformation", "UpdateStackInstances", "OperationId"},
    {"cloudformation", "UpdateStackSet", "OperationId"},
    {"dynamodb", "ExecuteTransaction", "ClientRequestToken"},
    {"dynamodb", "ExportTableToPointInTime", "ClientToken"},
    {"dynamodb", "ImportTable", "ClientToken"},
    {"dynamodb", "TransactWriteItems", "ClientRequestToken"},
    {"logs", "PutQueryDefinition", "clientToken"},
    {"secretsmanager", "CreateSecret", "ClientRequestToken"},
    {"secretsmanager", "PutSecretValue", "ClientRequestToken"},
    {"secretsmanager", "RotateSecret", "ClientRequestToken"},
    {"secretsmanager", "UpdateSecret", "ClientRequestToken"},
    {"ssm", "CreateMaintenanceWindow", "ClientToken"},
    {"ssm", "CreatePatchBaseline", "ClientToken"},
    {"ssm", "DeleteInventory", "ClientToken"},
    {"ssm", "RegisterTargetWithMaintenanceWindow", "ClientToken"},
    {"ssm", "RegisterTaskWithMaintenanceWindow", "ClientToken"},
    {"stepfunctions", "RedriveExecution", "clientToken"},
};

}  // namespace

std::string with_idempotency_token(std::string_view service, std::string_view operation, std::string_view document)
{
  const auto* const found = std::find_if(std::begin(k_token_members), std::end(k_token_members), [&](const TokenMember& entry) {
    return entry.service == service && entry.operation == operation;
  });
  if (found == std::end(k_token_members)) {
    return std::string(document);
  }
  const auto input = parse_json(document, "the request document");
  if (!input || !input->is_object() || input->contains(found->member)) {
    return std::string(document);
  }
  const std::size_t inside = document.find('{') + 1;
  return fmt::format("{}\"{}\":\"{}\"{}{}", document.substr(0, inside), found->member, crypto::random_uuid(), input->empty() ? "" : ",",
                     document.substr(inside));
}

}  // namespace davit::aws::auth
