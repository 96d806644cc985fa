// SPDX-License-Identifier: Apache-2.0
#include "cli/yaml/scalar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

namespace davit::cli::yaml {
namespace {

bool all_of(std::string_view text, std::string_view allowed)
{
  return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

constexpr std::string_view k_digits = "0123456789";
constexpr std::string_view k_letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

std::string_view without_sign(std::string_view text)
{
  return text.starts_with('-') || text.starts_with('+') ? text.substr(1) : text;
}

bool is_plain_integer(std::string_view text)
{
  const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  return all_of(digits, k_digits) && (digits == "0" || digits.front() != '0');
}

bool is_plain_decimal(std::string_view text)
{
  const std::size_t dot = text.find('.');
  return dot != std::string_view::npos && is_plain_integer(text.substr(0, dot)) && all_of(text.substr(dot + 1), k_digits);
}

std::string lower(std::string_view text)
{
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

/// YAML 1.1's other booleans, which YAML 1.2 reads as text.
bool is_old_boolean(std::string_view text)
{
  constexpr std::string_view k_words[] = {"yes", "no", "on", "off", "y", "n"};
  return std::find(std::begin(k_words), std::end(k_words), lower(text)) != std::end(k_words);
}

bool is_boolean(std::string_view text)
{
  const std::string word = lower(text);
  return word == "true" || word == "false";
}

/// 1:30, which YAML 1.1 reads in base 60.
bool is_sexagesimal(std::string_view text)
{
  text = without_sign(text);
  const std::size_t colon = text.find(':');
  return colon != std::string_view::npos && all_of(text.substr(0, colon), k_digits) && all_of(text.substr(colon + 1), "0123456789:.");
}

/// 2024-01-31, alone or before a time, which YAML 1.1 reads as a timestamp.
bool is_date(std::string_view text)
{
  const auto digits = [&](std::size_t at, std::size_t n) { return all_of(text.substr(at, n), k_digits); };
  const bool day = text.size() >= 8 && digits(0, 4) && text[4] == '-' && digits(5, 1) && text.substr(5).find('-') <= 2;
  return day && all_of(text, "0123456789-:.TtZz+ ");
}

/// A number to some readers of YAML: 0123, 0x1F, 0o17, 0b1, 1e3, 1_000, .5, 5., +1, .inf, .nan.
bool is_odd_number(std::string_view text)
{
  const std::string rest = lower(without_sign(text));
  if (rest == ".inf" || rest == ".nan") {
    return true;
  }
  if (rest.starts_with("0x") || rest.starts_with("0o") || rest.starts_with("0b")) {
    return all_of(std::string_view(rest).substr(2), "0123456789abcdef_");
  }
  const bool has_digit = rest.find_first_of(k_digits) != std::string::npos;
  const bool starts_as_number = !rest.empty() && (rest.front() == '.' || (rest.front() >= '0' && rest.front() <= '9'));
  const std::size_t exponent = rest.find('e');
  const std::string_view mantissa = std::string_view(rest).substr(0, exponent);
  const bool exponent_ok = exponent == std::string::npos || all_of(without_sign(std::string_view(rest).substr(exponent + 1)), k_digits);
  return has_digit && starts_as_number && exponent_ok && all_of(mantissa, "0123456789._") && std::count(rest.begin(), rest.end(), '.') <= 1;
}

Complaint expected(std::string_view what, const Node& node, std::string hint = {})
{
  return {.message = fmt::format("expected {}, found {}", what, describe(node)), .hint = std::move(hint)};
}

/// The way to write the number that was probably meant, for a text that is_odd_number() or is_sexagesimal().
std::string number_hint(std::string_view text)
{
  if (is_sexagesimal(text)) {
    return fmt::format("some YAML readers take {} for a number in base 60; write a decimal number", text);
  }
  const std::string_view digits = without_sign(text);
  if (all_of(digits, k_digits) && digits.size() > 1 && digits.front() == '0') {
    return "some YAML readers take a leading zero for octal; write the number without it";
  }
  return "write it with decimal digits alone; YAML readers disagree about other forms";
}

/// What to do about a scalar where a number of some kind is wanted.
std::string wrong_number_hint(const Node& node)
{
  if (node.kind != Kind::scalar) {
    return {};
  }
  if (node.quoted) {
    return is_plain_integer(node.text) || is_plain_decimal(node.text) ? "remove the quotes" : "";
  }
  const std::size_t unit = node.text.find_first_not_of(k_digits);
  if (unit != std::string::npos && unit > 0 && all_of(std::string_view(node.text).substr(unit), k_letters) && !is_odd_number(node.text)) {
    return fmt::format("write {}, without the unit", node.text.substr(0, unit));
  }
  const bool plain = is_plain_integer(node.text) || is_plain_decimal(node.text);
  return !plain && (is_odd_number(node.text) || is_sexagesimal(node.text)) ? number_hint(node.text) : "";
}

template <typename T>
bool parse_number(std::string_view text, T& value)
{
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

OrderedJson json_of_plain(const Node& node, const std::function<void(const Node&, Complaint)>& complain)
{
  const std::string& text = node.text;
  const auto ambiguous = [&](std::string_view why) {
    complain(node, {.message = fmt::format("{} is ambiguous: {}", text, why), .hint = fmt::format("write \"{}\" if it is text", text)});
    return OrderedJson(text);
  };
  if (is_boolean(text)) {
    return text == "true" || text == "false" ? OrderedJson(text == "true") : ambiguous("write booleans in lower case");
  }
  std::int64_t integer = 0;
  double number = 0;
  if (is_plain_integer(text)) {
    return parse_number(text, integer) ? OrderedJson(integer) : ambiguous("the number is too large for 64 bits");
  }
  if (is_plain_decimal(text) && parse_number(text, number)) {
    return number;
  }
  if (is_old_boolean(text)) {
    return ambiguous("some YAML readers take it for a boolean");
  }
  if (is_odd_number(text) || is_sexagesimal(text)) {
    return ambiguous("some YAML readers take it for a number, and not for the same one");
  }
  return is_date(text) ? ambiguous("some YAML readers take it for a date") : OrderedJson(text);
}

}  // namespace

Typed<std::string> as_text(const Node& node)
{
  if (node.kind == Kind::scalar) {
    return node.text;
  }
  return tl::unexpected(expected("text", node, node.kind == Kind::null ? "write \"\" for an empty text, or remove the key" : ""));
}

Typed<bool> as_boolean(const Node& node)
{
  if (node.kind == Kind::scalar && !node.quoted && (node.text == "true" || node.text == "false")) {
    return node.text == "true";
  }
  const bool word = node.kind == Kind::scalar && (is_boolean(node.text) || is_old_boolean(node.text));
  return tl::unexpected(expected("true or false", node, word ? "write true or false, in lower case and without quotes" : ""));
}

Typed<std::int64_t> as_integer(const Node& node)
{
  std::int64_t value = 0;
  if (node.kind == Kind::scalar && !node.quoted && is_plain_integer(node.text) && parse_number(node.text, value)) {
    return value;
  }
  return tl::unexpected(expected("a whole number", node, wrong_number_hint(node)));
}

Typed<double> as_number(const Node& node)
{
  double value = 0;
  const bool plain = node.kind == Kind::scalar && !node.quoted && (is_plain_integer(node.text) || is_plain_decimal(node.text));
  if (plain && parse_number(node.text, value)) {
    return value;
  }
  return tl::unexpected(expected("a number", node, wrong_number_hint(node)));
}

OrderedJson to_json(const Node& node, const std::function<void(const Node&, Complaint)>& complain)
{
  switch (node.kind) {
    case Kind::null:
      if (node.text.empty()) {
        complain(node, {.message = "there is no value here", .hint = "write null, \"\" or {}"});
      }
      return nullptr;
    case Kind::scalar:
      return node.quoted ? OrderedJson(node.text) : json_of_plain(node, complain);
    case Kind::sequence: {
      auto array = OrderedJson::array();
      for (const auto& element : node.elements) {
        array.push_back(to_json(element, complain));
      }
      return array;
    }
    case Kind::mapping: {
      auto object = OrderedJson::object();
      for (const auto& member : node.members) {
        object[member.key.text] = to_json(member.value, complain);
      }
      return object;
    }
  }
  return nullptr;
}

}  // namespace davit::cli::yaml
