// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/format/page_text.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <random>

#include "aws/core/encoding.hpp"
#include "aws/dynamodb/format/plain_json.hpp"
#include "aws/dynamodb/format/typed_json.hpp"
#include "aws/dynamodb/wire.hpp"

namespace davit::aws::dynamodb::format {
namespace {

using Notation = ItemForm::Notation;

/// Random items of all ten types, and the many ways in which JSON may write one.
class Dice
{
public:
  explicit Dice(unsigned seed) : m_random(seed) {}

  unsigned below(unsigned end) { return static_cast<unsigned>(m_random() % end); }

  std::string text()
  {
    static const std::vector<std::string> k_pieces{
        "a", "Z",      "home", "ü",  "\U0001F6F6",       "\"", "\\", "\n", std::string(1, '\0'), "\x1F", "\x7F", "/",
        " ", "日本語", "$",    "$$", "0123456789abcdef", "'"};
    std::string out;
    for (unsigned i = below(6); i > 0; --i) {
      out += k_pieces[below(static_cast<unsigned>(k_pieces.size()))];
    }
    return out;
  }

  std::string number()
  {
    static const std::vector<std::string> k_numbers{"0",
                                                    "-0",
                                                    "7",
                                                    "-12.50",
                                                    "1e3",
                                                    ".5",
                                                    "00012",
                                                    "1.0",
                                                    "3.14159",
                                                    "-0.001",
                                                    "+4",
                                                    "5.",
                                                    "12345678901234567890123456789012345678",
                                                    "1E-130",
                                                    "0.00",
                                                    "9.99e125",
                                                    "-10",
                                                    "100"};
    return below(2) == 0 ? k_numbers[below(static_cast<unsigned>(k_numbers.size()))] : std::to_string(static_cast<int>(below(2000)) - 1000);
  }

  AttributeValue value(int depth)
  {
    switch (below(depth > 3 ? 5 : 10)) {
      case 0:
        return text();
      case 1:
        return Number::parse(number()).value();
      case 2:
        return Binary{text()};
      case 3:
        return below(2) == 0;
      case 4:
        return Null{};
      case 5:
        return list(depth);
      case 6:
        return map(depth + 1);
      default:
        return set();
    }
  }

  Map map(int depth)
  {
    Map out;
    for (unsigned i = below(6); i > 0; --i) {
      out.insert_or_assign(text(), value(depth));
    }
    return out;
  }

  List list(int depth)
  {
    List out;
    for (unsigned i = below(4); i > 0; --i) {
      out.push_back(value(depth + 1));
    }
    return out;
  }

  AttributeValue set()
  {
    StringSet strings{text()};
    NumberSet numbers{Number::parse(number()).value()};
    BinarySet binaries{Binary{text()}};
    for (unsigned i = below(5); i > 0; --i) {
      strings.insert(text());
      numbers.insert(Number::parse(number()).value());
      binaries.insert(Binary{text()});
    }
    const unsigned type = below(3);
    return type == 0 ? AttributeValue(strings) : type == 1 ? AttributeValue(numbers) : AttributeValue(binaries);
  }

  Item item()
  {
    Item out = map(1);
    out["id"] = below(9) == 0 ? AttributeValue(std::string("a\0b", 3)) : AttributeValue(text() + "k");
    out["at"] = Number::parse(number()).value();
    return out;
  }

  /// JSON of the same meaning, written in some other way.
  std::string rewritten(const Json& json)
  {
    if (json.is_object()) {
      std::vector<std::string> members;
      for (const auto& [name, member] : json.items()) {
        members.push_back(string(name) + space() + ":" + space() + rewritten(member));
      }
      std::shuffle(members.begin(), members.end(), m_random);
      return joined('{', members, '}');
    }
    if (json.is_array()) {
      std::vector<std::string> elements;
      for (const auto& element : json) {
        elements.push_back(rewritten(element));
      }
      return joined('[', elements, ']');
    }
    return json.is_string() ? string(json.get<std::string>()) : json.dump();
  }

private:
  std::string space() { return below(8) != 0 ? "" : std::vector<std::string>{" ", "\n\t", "\r\n  "}[below(3)]; }

  std::string joined(char open, const std::vector<std::string>& parts, char close)
  {
    std::string out(1, open);
    for (const auto& part : parts) {
      out += (out.size() == 1 ? "" : ",") + space() + part + space();
    }
    return out + space() + close;
  }

  /// With escapes where none are needed, and those that are.
  std::string string(const std::string& text)
  {
    const bool ascii = below(3) == 0;
    std::string out = Json(text).dump(-1, ' ', ascii);
    if (below(4) == 0) {
      for (auto at = out.find('/'); at != std::string::npos; at = out.find('/', at + 2)) {
        out.replace(at, 1, "\\/");
      }
    }
    return out;
  }

  std::mt19937 m_random;
};

std::string answer_with(Dice& dice, const std::vector<Item>& items, const Item& last_key)
{
  Json answer{
      {"Count", items.size()}, {"ScannedCount", items.size() + 3}, {"ConsumedCapacity", {{"TableName", "t"}, {"CapacityUnits", 1.5}}}};
  answer["Items"] = Json::array();
  for (const auto& item : items) {
    answer["Items"].push_back(Json::parse(to_json_text(item)));
  }
  if (!last_key.empty()) {
    answer["LastEvaluatedKey"] = Json::parse(to_json_text(last_key));
  }
  return dice.rewritten(answer);
}

struct Outcome {
  std::vector<std::pair<std::string, std::string>> items;
  std::string rest;
  std::string error;
  bool operator==(const Outcome&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Outcome& outcome)
{
  for (const auto& [text, order] : outcome.items) {
    out << text << " by " << to_hex(order) << "\n";
  }
  return out << outcome.rest << outcome.error;
}

std::string rest_of(const Page& page)
{
  return fmt::format("{} {} {} {}", page.count, page.scanned, page.consumed_capacity, to_plain_json(page.last_key));
}

Outcome read_as_text(const std::string& body, const ItemForm& form)
{
  CsvColumnNumbers columns;
  PageText page{form, columns};
  Outcome out;
  const auto read = page.read("Scan", body);
  if (!read) {
    out.error = read.error().message;
    return out;
  }
  out.rest = rest_of(*read);
  CsvLines lines{columns};
  for (std::size_t i = 0; i < page.size(); ++i) {
    const auto [text, order] = page.item(i);
    out.items.emplace_back(form.notation == Notation::cells ? lines.header() + std::string(lines.line(text)) : text, order);
  }
  return out;
}

/// By way of the model.
Outcome read_exactly(const std::string& body, const ItemForm& form)
{
  Outcome out;
  const auto answer = answer_of("Scan", body);
  auto page = answer ? page_from_json(*answer) : tl::unexpected(answer.error());
  if (!page) {
    out.error = page.error().message;
    return out;
  }
  out.rest = rest_of(*page);
  CsvColumnNumbers columns;
  for (const auto& item : page->items) {
    auto& [text, order] = out.items.emplace_back();
    append_text(text, item, form, columns);
    append_order(order, item, form.order_by);
  }
  CsvLines lines{columns};
  for (auto& [text, order] : out.items) {
    text = form.notation == Notation::cells ? lines.header() + std::string(lines.line(text)) : text;
  }
  return out;
}

const std::vector<ItemForm> k_forms{{.notation = Notation::plain, .order_by = {"id", "at"}},
                                    {.notation = Notation::typed, .order_by = {"at"}},
                                    {.notation = Notation::cells, .order_by = {"id"}, .hidden = {"at", "a"}},
                                    {.notation = Notation::plain, .order_by = {"id", "absent"}, .hidden = {"id"}}};

TEST(PageText, OfRandomAnswersIsThatOfTheModel)
{
  Dice dice{1};
  for (int round = 0; round < 1500; ++round) {
    std::vector<Item> items;
    for (unsigned i = dice.below(5); i > 0; --i) {
      items.push_back(dice.item());
    }
    const std::string body = answer_with(dice, items, dice.below(2) == 0 ? Item{} : Item{{"id", "last"}});
    for (const auto& form : k_forms) {
      const Outcome exact = read_exactly(body, form);
      ASSERT_EQ(exact.items.size(), items.size());
      ASSERT_EQ(read_as_text(body, form), exact) << body;
    }
  }
}

TEST(PageText, OfBrokenAnswersIsThatOfTheModelAndSoIsItsError)
{
  Dice dice{2};
  const std::string bytes = "\"\\{}[],:0a \n\xFF\x80\x01nulltrueSNBML";
  for (int round = 0; round < 4000; ++round) {
    std::string body = answer_with(dice, {dice.item(), dice.item()}, {});
    for (unsigned i = 1 + dice.below(2); i > 0; --i) {
      const unsigned at = dice.below(static_cast<unsigned>(body.size()));
      switch (dice.below(4)) {
        case 0:
          body.erase(at, 1 + dice.below(3));
          break;
        case 1:
          body.insert(at, 1, bytes[dice.below(static_cast<unsigned>(bytes.size()))]);
          break;
        case 2:
          body[at] = bytes[dice.below(static_cast<unsigned>(bytes.size()))];
          break;
        default:
          body.resize(at + 1);
      }
    }
    const ItemForm& form = k_forms[dice.below(static_cast<unsigned>(k_forms.size()))];
    ASSERT_EQ(read_as_text(body, form), read_exactly(body, form)) << body;
  }
}

/// What the model normalises or refuses although its JSON is good.
TEST(PageText, OfUnusualAnswersIsThatOfTheModel)
{
  const std::vector<std::string> values{R"({"S":"a","N":null})",
                                        R"({"N":null,"S":"a"})",
                                        R"({"S":"a","N":"1"})",
                                        R"({})",
                                        R"({"X":"a"})",
                                        R"({"S":5})",
                                        R"({"N":"1e999"})",
                                        R"({"N":""})",
                                        R"({"N":"1\u0030"})",
                                        R"({"B":"AA="})",
                                        R"({"B":"AAE="})",
                                        R"({"B":"AAF="})",
                                        R"({"B":"\u0041A=="})",
                                        R"({"BOOL":"true"})",
                                        R"({"NULL":false})",
                                        R"({"NULL":true})",
                                        R"({"SS":[]})",
                                        R"({"SS":["a","a"]})",
                                        R"({"NS":["1","1.0"]})",
                                        R"({"BS":["AA==","AA=="]})",
                                        R"({"SS":[null]})",
                                        R"({"L":[null]})",
                                        R"({"L":{}})",
                                        R"({"M":{"a":{"S":"1"},"\u0061":{"S":"2"}}})",
                                        R"({"S":"\ud83d\udef6"})",
                                        R"({"S":"\ud83d"})",
                                        R"({"S":"\udef6"})",
                                        R"({"S":"\u00e9\/\b"})",
                                        R"({"S":"\x"})",
                                        R"({"\u0053":"a"})"};
  for (const auto& value : values) {
    for (const auto& form : k_forms) {
      for (const std::string shape : {R"({{"Count":1,"Items":[{{"id":{0},"b":{0}}}]}})", R"({{"Items":[{{"b":{{"L":[{0}]}}}}],"Count":1}})",
                                      R"({{"Count":1,"Items":[{{"id":{{"S":"x"}},"id":{0}}}]}})"}) {
        const std::string body = fmt::format(fmt::runtime(shape), value);
        EXPECT_EQ(read_as_text(body, form), read_exactly(body, form)) << body;
      }
    }
  }
}

TEST(PageText, OfAnswersOfOtherShapesIsThatOfTheModel)
{
  for (const std::string body :
       {R"({"Count":2,"Items":[]})", R"({"Items":[]})", R"({"Count":1,"Items":[{"a":{"S":"b"}}],"Items":[]})",
        R"({"Count":0,"Items":[],"Items":[]})", R"({"Count":1,"\u0049tems":[{"a":{"S":"b"}}]})",
        R"({"Count":1,"x":"{\"Items\":[","Items":[{"a":{"S":"b"}}]})", R"({"Count":0,"Items":{}})",
        R"({"Count":1,"Items":[{"a":{"S":"b"}}]} x)", R"({"Count":1,"Items":[{"a":{"S":"b"}},]})", R"([])", R"()",
        R"({"Count":1,"Items":[null]})", R"({"Count":1,"Items":[[]]})", R"({"Count":3,"ScannedCount":9})",
        R"({"Count":1,"x":tru,"Items":[{"a":{"S":"b"}}]})", R"({"x":[1,"]",{"Items":[{}]}],"Count":1,"Items":[{"a":{"S":"b"}}]})"}) {
    EXPECT_EQ(read_as_text(body, k_forms[0]), read_exactly(body, k_forms[0])) << body;
  }
}

TEST(PageText, RefusesWhatIsNestedTooDeeplyAsTheModelDoes)
{
  for (const int depth : {31, 32, 33, 60}) {
    std::string value = R"({"S":"x"})";
    for (int i = 1; i < depth; ++i) {
      value = i % 2 == 0 ? R"({"L":[)" + value + "]}" : R"({"M":{"m":)" + value + "}}";
    }
    const std::string body = R"({"Count":1,"Items":[{"a":)" + value + "}]}";
    EXPECT_EQ(read_as_text(body, k_forms[0]), read_exactly(body, k_forms[0])) << depth;
  }
}

/// Without this the tests above could compare the model with itself.
TEST(ItemTranscoder, TakesWhatTheServiceWritesEveryDay)
{
  Dice dice{3};
  for (int round = 0; round < 500; ++round) {
    const Item item = dice.item();
    for (const auto& form : k_forms) {
      CsvColumnNumbers columns;
      ItemTranscoder transcoder{form, columns};
      const std::string body = dice.rewritten(Json::array({Json::parse(to_json_text(item))}));
      JsonCursor json{body};
      std::string out;
      std::vector<ItemExtent> items;
      ASSERT_TRUE(transcoder.array(json, out, items)) << body;
      ASSERT_EQ(items.size(), 1U);
    }
  }
}

}  // namespace
}  // namespace davit::aws::dynamodb::format
