// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/format/placeholders.hpp"

#include <fmt/format.h>

#include "aws/dynamodb/format/plain_json.hpp"

namespace davit::aws::dynamodb::format {
namespace {

Error wrong_placeholders(const std::string& flag, const Problem& problem)
{
  Error error = usage_error(fmt::format("{} is no plain JSON that DynamoDB can store", flag));
  error.diagnostics.push_back(
      {.file = flag, .line = static_cast<int>(problem.at.line), .column = problem.at.column, .message = problem.message});
  return error;
}

Result<Item> parse_object(const std::string& text, const std::string& flag)
{
  auto source = TextSource::of_text(text, flag);
  const auto json = read_json(source);
  if (!json) {
    return fail(wrong_placeholders(flag, json.error()));
  }
  skip_white_space(source);
  if (source.peek() != TextSource::k_end) {
    return fail(wrong_placeholders(flag, unexpected_byte(source, "nothing more")));
  }
  Record record = record_from_plain_json(*json);
  if (!record.passwords.empty()) {
    return fail(usage_error(fmt::format("{} takes no $password: the hash of one is never the same again", flag)));
  }
  return record.problems.empty() ? Result<Item>(std::move(record.item)) : fail(wrong_placeholders(flag, record.problems.front()));
}

}  // namespace

Result<Placeholders> parse_placeholders(const std::string& names, const std::string& values)
{
  Placeholders out;
  if (!values.empty()) {
    DAVIT_TRY_ASSIGN(out.values, parse_object(values, "--values"));
  }
  if (names.empty()) {
    return out;
  }
  DAVIT_TRY_ASSIGN(const Item meanings, parse_object(names, "--names"));
  for (const auto& [placeholder, name] : meanings) {
    const auto* text = name.get_if<std::string>();
    if (text == nullptr) {
      return fail(usage_error(fmt::format("--names: {} stands for a name, which is a string", placeholder)));
    }
    out.names.emplace(placeholder, *text);
  }
  return out;
}

std::vector<std::string> projected_attributes(std::string_view projection, const Placeholders& placeholders)
{
  std::vector<std::string> out;
  while (!projection.empty()) {
    const std::size_t comma = projection.find(',');
    std::string_view path = projection.substr(0, comma);
    projection.remove_prefix(comma == std::string_view::npos ? projection.size() : comma + 1);
    const std::size_t begin = std::min(path.find_first_not_of(" \t\r\n"), path.size());
    path = path.substr(begin, path.find_last_not_of(" \t\r\n") + 1 - begin);
    if (path.find_first_of(".[") != std::string_view::npos) {
      continue;
    }
    const auto meaning = placeholders.names.find(std::string(path));
    out.push_back(meaning == placeholders.names.end() ? std::string(path) : meaning->second);
  }
  return out;
}

}  // namespace davit::aws::dynamodb::format
