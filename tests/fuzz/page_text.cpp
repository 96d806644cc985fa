// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/format/page_text.hpp"

#include <nlohmann/json.hpp>

#include "tests/fuzz/property.hpp"

using namespace davit::aws::dynamodb;
using davit::fuzz::require;
using Notation = format::ItemForm::Notation;

namespace {

/// What the answer holds, by way of the API's own model.
davit::Result<Page> read_model(const std::string& body)
{
  DAVIT_TRY_ASSIGN(const davit::Json json, answer_of("Scan", body));
  return page_from_json(json);
}

/// The lines of a CSV file: which number a column got on the way does not matter.
std::string csv_of(const std::vector<std::string>& cells, const format::CsvColumnNumbers& columns)
{
  format::CsvLines lines{columns};
  std::string out = lines.header();
  for (const auto& item : cells) {
    out += lines.line(item);
  }
  return out;
}

void compare(const std::string& body, const davit::Result<Page>& model, const format::ItemForm& form)
{
  format::CsvColumnNumbers columns;
  format::CsvColumnNumbers model_columns;
  format::PageText page{form, columns};
  const auto read = page.read("Scan", body);
  require(read.has_value() == model.has_value(), "both ways read the answer, or neither");
  if (!read) {
    require(read.error().message == model.error().message, "both ways refuse for one reason");
    return;
  }
  require(page.size() == model->items.size() && read->last_key == model->last_key && read->count == model->count, "the pages agree");
  std::vector<std::string> texts;
  std::vector<std::string> model_texts;
  for (std::size_t i = 0; i < page.size(); ++i) {
    std::string& text = model_texts.emplace_back();
    std::string order;
    format::append_text(text, model->items[i], form, model_columns);
    format::append_order(order, model->items[i], form.order_by);
    texts.emplace_back(page.item(i).text);
    require(page.item(i).order == order, "the orders agree");
  }
  const bool agree = form.notation == Notation::cells ? csv_of(texts, columns) == csv_of(model_texts, model_columns) : texts == model_texts;
  require(agree, "the texts agree");
}

}  // namespace

/// An answer of Scan. The first byte tells the notation to write its items in.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
  if (size == 0) {
    return 0;
  }
  const std::string body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto notation = data[0] == 'c' ? Notation::cells : data[0] == 't' ? Notation::typed : Notation::plain;
  compare(body, read_model(body), {.notation = notation, .order_by = {"id", "n"}, .hidden = {"h"}});
  return 0;
}
