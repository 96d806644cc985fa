// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/format/expression_text.hpp"

#include <algorithm>
#include <cctype>

#include "aws/local/dynamodb/expression/parser.hpp"
#include "tests/fuzz/property.hpp"

using namespace davit::aws::dynamodb;
using davit::fuzz::require;
namespace local = davit::aws::local::dynamodb;

namespace {

bool is_expression(std::string_view text, format::ExpressionKind kind)
{
  switch (kind) {
    case format::ExpressionKind::condition:
      return local::parse_condition(text).has_value();
    case format::ExpressionKind::projection:
      return local::parse_projection(text).has_value();
    default:
      return local::parse_update(text).has_value();
  }
}

/// What a person means as a value. The service takes none of them as a name, for they are reserved.
bool has_word_of_a_value(std::string_view text)
{
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower.find("true") != std::string::npos || lower.find("false") != std::string::npos || lower.find("null") != std::string::npos;
}

}  // namespace

/// What a person types. The first byte tells the kind of expression.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
  if (size == 0) {
    return 0;
  }
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto kind = data[0] == 'u'   ? format::ExpressionKind::update
                    : data[0] == 'p' ? format::ExpressionKind::projection
                                     : format::ExpressionKind::condition;
  Placeholders placeholders;
  const auto expanded = format::expand_expression(text, kind, "--filter", placeholders);
  if (!expanded) {
    require(!expanded.error().message.empty(), "a refusal says why");
    return 0;
  }
  Placeholders again_placeholders = placeholders;
  const auto again = format::expand_expression(*expanded, kind, "--filter", again_placeholders);
  require(!is_expression(*expanded, kind) || (again && *again == *expanded), "what the service takes stays as it is");
  require(!is_expression(text, kind) || has_word_of_a_value(text) || is_expression(*expanded, kind), "an expression stays one");
  return 0;
}
