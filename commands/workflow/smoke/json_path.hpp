// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/core/json.hpp"
#include "aws/core/result.hpp"

namespace davit::commands::workflow::smoke {

/// A singular query of RFC 9535: `$`, `.name`, `['name']`, `[0]`, `[-1]`. It names at most one value.
class JsonPath
{
public:
  /// Usage error that says where the path stops making sense. Wildcards, slices and filters name several values and are refused.
  static Result<JsonPath> parse(std::string_view text);

  /// The value at the path, or nullptr.
  [[nodiscard]] const OrderedJson* find(const OrderedJson& document) const;

private:
  struct Segment {
    std::optional<std::string> name;
    long index = 0;
  };
  std::vector<Segment> m_segments;
};

}  // namespace davit::commands::workflow::smoke
