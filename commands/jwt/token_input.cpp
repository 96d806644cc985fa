// SPDX-License-Identifier: Apache-2.0
#include "commands/jwt/token_input.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <cstdlib>

#include "aws/core/file.hpp"

namespace davit::commands::jwt {
namespace {

constexpr std::string_view k_white_space = " \t\r\n";

Result<std::string> read_source(cli::Context& context, const TokenInput& input)
{
  if (input.file && input.variable) {
    return fail(usage_error("--token-file and --token-env name two sources of one token"));
  }
  if (input.file) {
    return read_file(*input.file);
  }
  if (!input.variable) {
    return context.streams().read_stdin("a token");
  }
  const char* value = std::getenv(input.variable->c_str());
  if (value == nullptr) {
    return fail(usage_error(fmt::format("the variable '{}' of --token-env is not set", *input.variable)));
  }
  return std::string(value);
}

std::string_view trimmed(std::string_view text)
{
  const auto first = text.find_first_not_of(k_white_space);
  return first == std::string_view::npos ? std::string_view() : text.substr(first, text.find_last_not_of(k_white_space) + 1 - first);
}

std::string_view without_scheme(std::string_view token)
{
  constexpr std::string_view k_scheme = "bearer ";
  const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a | 0x20 : a) == b; };
  const bool has_scheme = token.size() > k_scheme.size() &&
                          std::equal(k_scheme.begin(), k_scheme.end(), token.begin(), [&](char b, char a) { return same(a, b); });
  return has_scheme ? trimmed(token.substr(k_scheme.size())) : token;
}

Status notice(cli::Context& context, std::string_view text)
{
  return context.globals().quiet ? Status{} : context.streams().err.write(fmt::format("davit: {}\n", text));
}

}  // namespace

void add_token_flags(CLI::App& command, TokenInput& input)
{
  command.add_option("--token-file", input.file, "Read the token from this file (default: standard input)")->type_name("FILE");
  command.add_option("--token-env", input.variable, "Read the token from this environment variable")->type_name("NAME");
}

void add_refused_argument(CLI::App& command, TokenInput& input)
{
  command.add_option("token", input.typed)->group("");
}

Result<std::string> read_token(cli::Context& context, const TokenInput& input)
{
  if (!input.typed.empty()) {
    return fail(token_on_command_line());
  }
  DAVIT_TRY_ASSIGN(const std::string text, read_source(context, input));
  const std::string_view trimmed_text = trimmed(text);
  const std::string_view token = without_scheme(trimmed_text);
  if (token.size() != trimmed_text.size()) {
    DAVIT_TRY(notice(context, "took \"Bearer \" off the front of the token"));
  }
  const bool only_last_line_break = text.substr(0, trimmed_text.size()) == trimmed_text && text.size() - trimmed_text.size() <= 2;
  if (!only_last_line_break && !trimmed_text.empty()) {
    DAVIT_TRY(notice(context, "took white space off around the token"));
  }
  return std::string(token);
}

bool looks_like_token(std::string_view word)
{
  return word.starts_with("eyJ") || std::count(word.begin(), word.end(), '.') >= 2;
}

Error token_on_command_line()
{
  return usage_error("a token is not taken from the command line, where every process of the machine and the shell's history can read it",
                     "pipe it in, or use --token-file or --token-env; whoever saw this one can use it until it expires");
}

}  // namespace davit::commands::jwt
