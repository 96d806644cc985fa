// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "aws/core/json.hpp"
#include "aws/core/result.hpp"

namespace davit::commands::workflow::smoke {

/// A query of RFC 9535: `$`, `.name`, `['name']`, `[0]`, `[-1]`, and the wildcards `.*` and `[*]`.
class JsonPath
{
public:
  /// Usage error that says where the path stops making sense. Slices, filters and descendants (`..`) are refused.
  static Result<JsonPath> parse(std::string_view text);

  /// The value at the path, nothing when there is none. Of a path with wildcards the list of all values, which may be empty.
  [[nodiscard]] std::optional<OrderedJson> find(const OrderedJson& document) const;

private:
  struct Wildcard {
  };
  using Segment = std::variant<std::string, long, Wildcard>;

  static std::optional<Segment> take_segment(std::string_view& rest);
  static std::optional<Segment> take_brackets(std::string_view& rest);

  std::vector<Segment> m_segments;
  bool m_has_wildcard = false;
};

}  // namespace davit::commands::workflow::smoke
