// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aws/core/result.hpp"

namespace davit {

/// An element of an XML document. Namespaces prefixes stay part of the name, attributes are passed over: AWS's answers use neither.
struct XmlElement {
  std::string name;
  std::string text;  ///< all character data directly inside
  std::vector<XmlElement> children;

  /// The first child of that name; null when there is none.
  [[nodiscard]] const XmlElement* child(std::string_view child_name) const;

  /// The text at a path of names below this element: "GetCallerIdentityResult/Arn". Empty when there is no such element.
  [[nodiscard]] std::string text_at(std::string_view path) const;
};

/// The root element. Strict: well-formed, at most 64 levels deep, the five predefined and numeric entities only. A document type
/// declaration is refused, because that is where XML's attacks begin. Failed error with the offset.
Result<XmlElement> parse_xml(std::string_view text);

}  // namespace davit
