// SPDX-License-Identifier: Apache-2.0
#include "aws/http/message.hpp"

#include <algorithm>

namespace davit::aws::http {

bool equals_ignoring_case(std::string_view a, std::string_view b)
{
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [&](char x, char y) { return lower(x) == lower(y); });
}

void Headers::set(std::string_view name, std::string value)
{
  remove(name);
  add(std::string(name), std::move(value));
}

void Headers::remove(std::string_view name)
{
  std::erase_if(m_fields, [&](const Field& field) { return equals_ignoring_case(field.first, name); });
}

const std::string* Headers::find(std::string_view name) const
{
  const auto found =
      std::find_if(m_fields.begin(), m_fields.end(), [&](const Field& field) { return equals_ignoring_case(field.first, name); });
  return found == m_fields.end() ? nullptr : &found->second;
}

std::optional<std::string> Headers::get(std::string_view name) const
{
  const std::string* found = find(name);
  return found == nullptr ? std::nullopt : std::optional(*found);
}

std::string_view media_type_of(std::string_view content_type)
{
  return content_type.substr(0, content_type.find_first_of("; \t"));
}

}  // namespace davit::aws::http
