// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aws/core/json.hpp"

/// JSON Schema, draft 2020-12 (https://json-schema.org/draft/2020-12), as far as smoke suites need it: every keyword of its applicator and
/// validation vocabularies but those that look at what other keywords left over (unevaluatedItems, unevaluatedProperties), and references
/// within the schema. `format` and the keywords about content are annotations, as the draft has them.
namespace davit::commands::workflow::smoke {

/// The first thing in a schema that is wrong or that is not checked here, with its place; nothing when it is fine. A keyword that is not
/// known is refused: a mistyped one would check nothing.
std::optional<std::string> complaint_about_schema(const OrderedJson& schema);

/// What a value breaks of a schema: "$.items[2].price: -1 is less than 0". Empty when it is valid. The schema must be fine.
std::vector<std::string> violations(const OrderedJson& schema, const OrderedJson& value);

}  // namespace davit::commands::workflow::smoke
