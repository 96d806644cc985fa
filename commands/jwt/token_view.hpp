// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aws/core/json.hpp"
#include "aws/core/time.hpp"
#include "aws/jose/reason.hpp"

namespace davit::commands::jwt {

/// [{"id": ..., "message": ...}].
OrderedJson to_json(const std::vector<aws::jose::Reason>& reasons);

/// A header or claims as data; null when the text is no JSON object.
OrderedJson object_of(std::string_view text);

/// The payload of a JWS as text; null when it is not UTF-8, and then payloadBase64 holds it.
void add_payload(OrderedJson& data, const std::string& payload);

/// The members of exp, nbf, iat and auth_time that are times, in RFC 3339.
OrderedJson times_of(const OrderedJson& claims);

/// "in 14 min", "3 days ago".
std::string relative_time(TimePoint time, TimePoint now);

/// A row a member: its name, and its value with the instant and its distance from now beside times.
std::vector<std::vector<std::string>> rows_of(const OrderedJson& object, TimePoint now);

}  // namespace davit::commands::jwt
