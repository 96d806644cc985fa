// SPDX-License-Identifier: Apache-2.0
#include "commands/image/elf.hpp"

#include "tests/fuzz/property.hpp"

using davit::commands::image::parse_elf;
using davit::fuzz::require;

/// A library or program of a foreign image.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto elf = parse_elf(bytes)) {
    require(bytes.find(elf->interpreter) != std::string_view::npos, "the loader's name stands in the file");
    for (const auto& library : elf->libraries) {
      require(bytes.find(library) != std::string_view::npos, "a library's name stands in the file");
    }
  }
  return 0;
}
