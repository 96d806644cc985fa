// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "aws/core/json.hpp"

/// Members of a document that somebody else wrote: one that is absent, or of another type than expected, reads as empty instead of
/// throwing.
namespace davit {

std::string text_member(const Json& object, const char* name);
std::optional<std::int64_t> integer_member(const Json& object, const char* name);
std::optional<double> number_member(const Json& object, const char* name);
bool flag_member(const Json& object, const char* name);

/// The member itself; an empty object when there is none or it is no object.
const Json& object_member(const Json& object, const char* name);

/// The elements; empty when there are none or the member is no array.
const Json& array_member(const Json& object, const char* name);

std::vector<std::string> texts_member(const Json& object, const char* name);

}  // namespace davit
