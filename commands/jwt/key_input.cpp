// SPDX-License-Identifier: Apache-2.0
#include "commands/jwt/key_input.hpp"

#include <fmt/format.h>

#include "aws/core/file.hpp"
#include "aws/core/spelling.hpp"

namespace davit::commands::jwt {
namespace {

using aws::jose::all_algorithms;

/// A key in the place of its file's name. Not repeated in the error.
bool is_a_key_itself(const std::string& word)
{
  return word.find("-----BEGIN") != std::string::npos || word.starts_with("{") || word.starts_with("ssh-") ||
         word.find('\n') != std::string::npos;
}

}  // namespace

Result<aws::jose::KeySet> read_keys(cli::Context& context, const std::string& file, aws::jose::WeakSecrets weak)
{
  if (is_a_key_itself(file)) {
    return fail(usage_error("--key takes the name of a file, never a key, which every process of the machine could read",
                            "write it to a file that only you can read, or use --key - and pipe it in; and replace this one"));
  }
  DAVIT_TRY_ASSIGN(std::string bytes, file == "-" ? context.streams().read_stdin("a key") : read_file(file));
  const aws::crypto::Secret content(std::move(bytes));
  return aws::jose::parse_key_file(content.bytes(), file == "-" ? "on standard input" : file, weak);
}

Result<aws::jose::Algorithm> parse_algorithm(const std::string& name, std::string_view where)
{
  if (const auto algorithm = aws::jose::algorithm_named(name)) {
    return *algorithm;
  }
  std::vector<std::string> names;
  for (const auto& facts : all_algorithms()) {
    names.emplace_back(facts.name);
  }
  const auto suggestion = nearest(name, names);
  return fail(
      usage_error(fmt::format("{}: '{}' is none of {}", where, name, algorithm_names()),
                  suggestion ? fmt::format("did you mean '{}'?", *suggestion) : "names are case-sensitive, and none is no algorithm"));
}

std::string algorithm_names()
{
  std::string out;
  for (const auto& facts : all_algorithms()) {
    out += (out.empty() ? "" : ", ") + std::string(facts.name);
  }
  return out;
}

}  // namespace davit::commands::jwt
