// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/core/uri.hpp"

namespace davit::aws::http {

/// Header fields in the order of the wire; names compare without regard to case (RFC 9110 section 5.1).
class Headers
{
public:
  using Field = std::pair<std::string, std::string>;

  Headers() = default;
  Headers(std::initializer_list<Field> fields) : m_fields(fields) {}

  void add(std::string name, std::string value) { m_fields.emplace_back(std::move(name), std::move(value)); }

  /// Replaces every field of that name by one.
  void set(std::string_view name, std::string value);
  void remove(std::string_view name);

  /// The value of the first field of that name; null when there is none. Valid until the fields change.
  [[nodiscard]] const std::string* find(std::string_view name) const;

  /// The same, as a value.
  [[nodiscard]] std::optional<std::string> get(std::string_view name) const;

  [[nodiscard]] const std::vector<Field>& fields() const { return m_fields; }

private:
  std::vector<Field> m_fields;
};

struct Request {
  std::string method = "GET";
  Url url;
  Headers headers;
  std::string body;
};

struct Response {
  int status = 0;
  Headers headers;
  std::string body;  ///< as it came over the wire, content encoding included
};

/// ASCII only, as header names are.
bool equals_ignoring_case(std::string_view a, std::string_view b);

/// "application/json" of "application/json; charset=utf-8" (RFC 9110 section 8.3.1).
std::string_view media_type_of(std::string_view content_type);

}  // namespace davit::aws::http
