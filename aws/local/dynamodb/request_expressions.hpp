// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>

#include "aws/dynamodb/wire.hpp"
#include "aws/local/dynamodb/expression/check.hpp"
#include "aws/local/dynamodb/expression/evaluate.hpp"
#include "aws/local/dynamodb/refusal.hpp"
#include "aws/local/dynamodb/table.hpp"

namespace davit::aws::local::dynamodb {

/// The expressions of one request, checked and with their placeholders resolved.
struct Expressions {
  std::optional<UpdateExpression> update;
  std::optional<ConditionExpression> condition;
  std::optional<ConditionExpression> key_condition;
  std::optional<ConditionExpression> filter;
  std::optional<ProjectionExpression> projection;
};

/// Which members an operation has: its expressions, and the older parameters that cannot stand beside them.
struct ExpressionMembers {
  std::vector<std::string> expressions;
  std::vector<std::string> older;
  bool names_missing = true;  ///< whether the complaint about values without an expression lists the expressions
};

/// Parameters that do not go together.
Complaint mixing_complaint(const Json& input, const ExpressionMembers& members);

/// The service checks requests in one of two layers, and which of them an operation runs decides the words: Scan and BatchWriteItem run
/// the older one.
enum class ValueWords { newer, older };

/// Whether the operation has ExpressionAttributeValues; a member that an operation does not have is passed over.
enum class ValuePlaceholders {
  read,
  named,  ///< every complaint about a value names its placeholder, as Scan's do
  ignored,
};

/// Reads the expressions that the input has. The error is a complaint.
tl::expected<Expressions, std::string> read_expressions(const Json& input, ValuePlaceholders values = ValuePlaceholders::read);

/// Attribute values by name: an item or a key. The error is a complaint.
tl::expected<Item, std::string> read_attributes(const Json& object, ValueWords words = ValueWords::newer);

/// What the layer says of a value.
std::string message_of(const aws::dynamodb::WireError& error, ValueWords words);

/// Key attributes are scalars: no expression may look into one.
Complaint nested_key_complaint(const ConditionExpression& condition, const Table& table);
Complaint nested_key_complaint(const UpdateExpression& update, const Table& table);
Complaint nested_key_complaint(const ProjectionExpression& projection, const Table& table);

/// The attribute names that the condition's paths begin with.
std::set<std::string> attributes_of(const ConditionExpression& condition);

}  // namespace davit::aws::local::dynamodb
