// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "aws/dynamodb/requests.hpp"

namespace davit::aws::dynamodb {

/// Writes one JSON object, member by member; items go in as text because a document of them would be built only to be written. Empty texts,
/// false flags and empty placeholders are left out, as the service wants them.
class RequestBody
{
public:
  RequestBody() = default;
  explicit RequestBody(const std::string& table) { text("TableName", table); }

  /// A member whose value is JSON already.
  RequestBody& raw(std::string_view name, std::string_view json);
  RequestBody& text(std::string_view name, std::string_view value);
  RequestBody& item(std::string_view name, const Item& value);
  RequestBody& flag(std::string_view name, bool value);
  RequestBody& placeholders(const Placeholders& placeholders);
  RequestBody& selection(const Selection& selection);

  /// The object.
  std::string close() { return std::move(m_out) + '}'; }

  /// The object, asking for the capacity that is consumed.
  std::string finish();

private:
  std::string m_out;
};

}  // namespace davit::aws::dynamodb
