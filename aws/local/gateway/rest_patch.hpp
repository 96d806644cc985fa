// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "aws/core/json.hpp"
#include "aws/local/fault.hpp"

namespace davit::aws::local::gateway {

/// How a member that an update may change is written, and by which paths:
/// https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html
enum class PatchKind {
  text,
  flag,
  integer,
  list,   ///< texts; "/binaryMediaTypes/image~1png" adds and removes one
  texts,  ///< a map of texts; "/variables/colour"
  flags,  ///< a map of truth values
};

struct PatchMember {
  std::string_view name;
  PatchKind kind;
};

struct PatchOperation {
  std::string op;                 ///< add, replace or remove
  std::vector<std::string> path;  ///< its segments, decoded
  std::string value = {};
};

/// The patchOperations of a request. Refuses what is none, and copies and moves, which belong to canaries.
Answer<std::vector<PatchOperation>> patch_operations(const Json& input);

/// Applies one to a document. Refuses a path that no member has, and a value of another kind.
Answer<void> apply_patch(Json& document, const PatchOperation& operation, std::span<const PatchMember> members);

/// The document after all operations of a request.
Answer<Json> patched(Json document, const Json& input, std::span<const PatchMember> members);

/// Those members of a document that are there, as JSON text, and back into another one.
std::string details_of(const Json& document, std::span<const std::string_view> names);
void add_details(Json& document, const std::string& details);

}  // namespace davit::aws::local::gateway
