// SPDX-License-Identifier: Apache-2.0
// AttributeValue to DynamoDB-JSON text.
#include <array>

#include "aws/core/encoding.hpp"
#include "aws/dynamodb/wire.hpp"

namespace davit::aws::dynamodb {
namespace {

struct Escapes {
  std::array<char, 256> letter{};  ///< 0: as it is, 'u': \u00XX, else the letter after the backslash
};

constexpr Escapes make_escapes()
{
  Escapes escapes;
  for (int c = 0; c < 0x20; ++c) {
    escapes.letter[static_cast<std::size_t>(c)] = 'u';
  }
  escapes.letter['\b'] = 'b';
  escapes.letter['\f'] = 'f';
  escapes.letter['\n'] = 'n';
  escapes.letter['\r'] = 'r';
  escapes.letter['\t'] = 't';
  escapes.letter['"'] = '"';
  escapes.letter['\\'] = '\\';
  return escapes;
}

constexpr Escapes k_escapes = make_escapes();

template <typename Elements, typename Append>
void append_array(std::string& out, const Elements& elements, Append append)
{
  out += '[';
  bool first = true;
  for (const auto& element : elements) {
    out += first ? "" : ",";
    first = false;
    append(element);
  }
  out += ']';
}

/// Depth is bounded by k_max_nesting, and so is the recursion.
struct Writer {
  std::string& out;

  void operator()(const std::string& text) const { append_json_string(out, text); }
  void operator()(const Number& number) const { (out += '"') += number.to_string() + '"'; }
  void operator()(const Binary& binary) const { (out += '"') += to_base64(binary.bytes) + '"'; }
  void operator()(bool value) const { out += value ? "true" : "false"; }
  void operator()(Null) const { out += "true"; }
  void operator()(const List& list) const
  {
    append_array(out, list, [this](const AttributeValue& value) { append_json(out, value); });
  }
  void operator()(const Map& map) const { append_json(out, map); }
  template <typename Element>
  void operator()(const std::set<Element>& set) const
  {
    append_array(out, set, *this);
  }
  void operator()(const StringSet& set) const { append_array(out, set, *this); }
};

}  // namespace

void append_json_string(std::string& out, std::string_view text)
{
  out += '"';
  std::size_t copied = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char letter = k_escapes.letter[static_cast<unsigned char>(text[i])];
    if (letter == 0) {
      continue;
    }
    out.append(text, copied, i - copied);
    copied = i + 1;
    (out += '\\') += letter;
    if (letter == 'u') {
      (out += "00") += to_hex(text.substr(i, 1));
    }
  }
  out.append(text, copied);
  out += '"';
}

void append_json(std::string& out, const AttributeValue& value)
{
  ((out += "{\"") += wire_name(value.type())) += "\":";
  std::visit(Writer{out}, value.variant());
  out += '}';
}

void append_json(std::string& out, const Item& item)
{
  out += '{';
  bool first = true;
  for (const auto& [name, value] : item) {
    out += first ? "" : ",";
    first = false;
    append_json_string(out, name);
    out += ':';
    append_json(out, value);
  }
  out += '}';
}

std::string to_json_text(const AttributeValue& value)
{
  std::string out;
  append_json(out, value);
  return out;
}

std::string to_json_text(const Item& item)
{
  std::string out;
  append_json(out, item);
  return out;
}

}  // namespace davit::aws::dynamodb
