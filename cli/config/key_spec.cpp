// SPDX-License-Identifier: Apache-2.0
#include "cli/config/key_spec.hpp"

#include <fmt/format.h>

namespace davit::cli::config {
namespace {

/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html: 1 to 255 bytes for the name of a key attribute.
constexpr std::size_t k_max_name_bytes = 255;

std::string_view trimmed(std::string_view text)
{
  const std::size_t first = text.find_first_not_of(" \t");
  return first == std::string_view::npos ? "" : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

yaml::Typed<KeyAttribute> parse_key_attribute(std::string_view text)
{
  const std::size_t colon = text.rfind(':');
  const std::string_view type = colon == std::string_view::npos ? "S" : text.substr(colon + 1);
  const std::string_view name = text.substr(0, colon);
  if (type != "S" && type != "N" && type != "B") {
    return tl::unexpected(yaml::Complaint{.message = fmt::format("\"{}\" is no type of a key attribute", type),
                                          .hint = "write name, or name:S (text), name:N (number), name:B (binary)"});
  }
  if (name.empty() || name.size() > k_max_name_bytes) {
    return tl::unexpected(
        yaml::Complaint{.message = fmt::format("a key attribute's name has 1 to {} bytes, not {}", k_max_name_bytes, name.size())});
  }
  return KeyAttribute{.name = std::string(name), .type = type.front()};
}

yaml::Typed<KeySpec> make_key_spec(KeyAttribute partition, std::optional<KeyAttribute> sort)
{
  if (sort && sort->name == partition.name) {
    return tl::unexpected(yaml::Complaint{.message = fmt::format("partition and sort key are both \"{}\"", partition.name),
                                          .hint = "they must be two attributes"});
  }
  return KeySpec{.partition = std::move(partition), .sort = std::move(sort)};
}

yaml::Typed<KeySpec> parse_key_spec(std::string_view text)
{
  std::string_view inner = trimmed(text);
  if (inner.starts_with('[') && inner.ends_with(']')) {
    inner = inner.substr(1, inner.size() - 2);
  }
  const std::size_t comma = inner.find(',');
  auto partition = parse_key_attribute(trimmed(inner.substr(0, comma)));
  if (!partition || comma == std::string_view::npos) {
    return partition.map([](const KeyAttribute& attribute) { return KeySpec{.partition = attribute, .sort = std::nullopt}; });
  }
  auto sort = parse_key_attribute(trimmed(inner.substr(comma + 1)));
  return sort ? make_key_spec(*partition, *sort) : tl::unexpected(sort.error());
}

std::string to_string(const KeyAttribute& attribute)
{
  return attribute.type == 'S' ? attribute.name : fmt::format("{}:{}", attribute.name, attribute.type);
}

}  // namespace davit::cli::config
