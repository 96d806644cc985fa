// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/jose/json_slice.hpp"

namespace davit::aws::jose {

struct JsonMember {
  std::string_view name;  ///< escapes resolved
  JsonSlice value;
};

enum class JsonFault {
  malformed,         ///< no JSON text of RFC 8259, or not UTF-8
  not_an_object,     ///< well-formed, but something else
  duplicate_member,  ///< two members of one name in one object, at any depth
  too_deep,
};

struct JsonProblem {
  JsonFault fault = JsonFault::malformed;
  std::size_t offset = 0;  ///< bytes from the start
  std::string message;
};

/// The members of one JSON object, as slices of the text it was scanned from, which must outlive it. Strict where parsers differ and
/// attackers look: UTF-8 without a byte order mark, no unpaired surrogate, every member name once (RFC 7515 section 4, RFC 7519 section 4),
/// nothing but white space after the object, 64 levels at most. Numbers keep their text, so that none of them loses a digit.
class ScannedObject
{
public:
  /// The problem, or nothing when `text` is one object. Reusing an object saves its allocations.
  std::optional<JsonProblem> scan(std::string_view text);

  [[nodiscard]] const std::vector<JsonMember>& members() const { return m_members; }

  /// Null when there is no member of that name.
  [[nodiscard]] const JsonSlice* find(std::string_view name) const;

private:
  friend class JsonScanner;
  std::vector<JsonMember> m_members;
  std::deque<std::string> m_unescaped;         ///< names that were written with escapes
  std::vector<std::string_view> m_open_names;  ///< of the objects under way, the innermost last
};

}  // namespace davit::aws::jose
