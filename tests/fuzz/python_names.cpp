// SPDX-License-Identifier: Apache-2.0
#include "commands/image/python_names.hpp"

#include "tests/fuzz/property.hpp"

using davit::commands::image::module_names;
using davit::fuzz::require;

/// A Python file of a foreign image.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
  const std::string_view source(reinterpret_cast<const char*>(data), size);
  const auto names = module_names(source).names;
  for (const auto& name : names) {
    require(source.find(name) != std::string_view::npos, "a name stands in the text");
  }
  const auto more = module_names("added = 1\n" + std::string(source)).names;
  require(more.contains("added"), "what comes behind a line takes nothing away from it");
  return 0;
}
