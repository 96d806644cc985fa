// SPDX-License-Identifier: Apache-2.0
#include "aws/local/gateway/access_log.hpp"

namespace davit::aws::local::gateway {
namespace {

bool is_name_letter(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == ':' || c == '-';
}

}  // namespace

std::string access_log_line(std::string_view format, const std::function<std::string(const std::string&)>& value_of)
{
  constexpr std::string_view k_variable = "$context.";
  std::string line;
  while (!format.empty()) {
    const auto at = std::min(format.find(k_variable), format.size());
    line += format.substr(0, at);
    format.remove_prefix(at);
    if (format.empty()) {
      break;
    }
    format.remove_prefix(k_variable.size());
    std::size_t length = 0;
    while (length < format.size() && is_name_letter(format[length])) {
      ++length;
    }
    // A full stop or a colon behind a variable is the text's.
    while (length > 0 && (format[length - 1] == '.' || format[length - 1] == ':' || format[length - 1] == '-')) {
      --length;
    }
    const std::string value = value_of(std::string(format.substr(0, length)));
    line += value.empty() ? "-" : value;
    format.remove_prefix(length);
  }
  return line;
}

std::string log_group_of(std::string_view arn)
{
  constexpr std::string_view k_resource = ":log-group:";
  const auto at = arn.find(k_resource);
  if (!arn.starts_with("arn:aws:logs:") || at == std::string_view::npos) {
    return "";
  }
  arn.remove_prefix(at + k_resource.size());
  return std::string(arn.ends_with(":*") ? arn.substr(0, arn.size() - 2) : arn);
}

}  // namespace davit::aws::local::gateway
