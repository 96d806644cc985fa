// SPDX-License-Identifier: Apache-2.0
#include "aws/dynamodb/format/item_reader.hpp"
#include "aws/dynamodb/format/item_rules.hpp"
#include "tests/fuzz/property.hpp"

using namespace davit::aws::dynamodb;
using davit::fuzz::require;

/// A file of items whose format is not known.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
  auto source = format::TextSource::of_text(std::string(reinterpret_cast<const char*>(data), size), "input");
  auto reader = format::ItemReader::open(std::move(source), std::nullopt);
  if (!reader) {
    require(!reader.error().message.empty(), "a refusal says why");
    return 0;
  }
  const format::TableKeys keys{.key = {.partition = {{.name = "id"}}, .sort = {}}, .indexes = {}};
  std::int64_t line = 0;
  while (true) {
    const auto record = reader->next();
    require(record.has_value(), "a text in memory can be read to its end");
    if (!*record) {
      return 0;
    }
    require((*record)->at.line >= line, "items come in the order of their lines");
    line = (*record)->at.line;
    for (const auto& problem : format::problems_of(**record, keys)) {
      require(!problem.message.empty(), "a problem says what it is");
    }
  }
}
