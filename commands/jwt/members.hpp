// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/core/result.hpp"

namespace davit::commands::jwt {

/// The members of a JSON object under construction, each value as its JSON text, so that no number loses a digit on its way into a token.
/// A member that is set again keeps its place.
class Members
{
public:
  void set(std::string_view name, std::string value);

  /// Sets every member of a JSON object. Usage error that names `source` when the text is none, or holds a member twice.
  Status merge(std::string_view json, std::string_view source);

  /// The JSON text of a member's value; nothing when there is none.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;

  /// Compact JSON.
  [[nodiscard]] std::string text() const;

private:
  std::vector<std::pair<std::string, std::string>> m_members;
};

}  // namespace davit::commands::jwt
