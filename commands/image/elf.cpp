// SPDX-License-Identifier: Apache-2.0
#include "commands/image/elf.hpp"

#include <elf.h>

#include <cstring>
#include <fstream>

namespace davit::commands::image {
namespace {

using cli::config::Architecture;

std::optional<Architecture> architecture_of(const Elf64_Ehdr& header)
{
  const bool little = header.e_ident[EI_DATA] == ELFDATA2LSB;
  if (little && header.e_machine == EM_X86_64) {
    return Architecture::x86_64;
  }
  return little && header.e_machine == EM_AARCH64 ? std::optional(Architecture::arm64) : std::nullopt;
}

std::string read_string(std::ifstream& file, std::uint64_t offset, std::uint64_t size)
{
  std::string text(std::min<std::uint64_t>(size, 4096), '\0');
  file.seekg(static_cast<std::streamoff>(offset));
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  return file ? text.substr(0, text.find('\0')) : std::string{};
}

std::string interpreter_of(std::ifstream& file, const Elf64_Ehdr& header)
{
  for (int i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr segment{};
    file.seekg(static_cast<std::streamoff>(header.e_phoff + static_cast<std::uint64_t>(i) * header.e_phentsize));
    if (!file.read(reinterpret_cast<char*>(&segment), sizeof segment)) {
      return {};
    }
    if (segment.p_type == PT_INTERP) {
      return read_string(file, segment.p_offset, segment.p_filesz);
    }
  }
  return {};
}

}  // namespace

std::optional<ElfFile> read_elf(const std::filesystem::path& path)
{
  std::ifstream file(path, std::ios::binary);
  Elf64_Ehdr header{};
  const bool read = static_cast<bool>(file.read(reinterpret_cast<char*>(&header), sizeof header));
  if (!read || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_ident[EI_CLASS] != ELFCLASS64) {
    return std::nullopt;
  }
  return ElfFile{.architecture = architecture_of(header), .interpreter = interpreter_of(file, header)};
}

std::string name_of(Architecture architecture)
{
  return architecture == Architecture::x86_64 ? "x86_64" : "arm64";
}

std::string oci_name_of(Architecture architecture)
{
  return architecture == Architecture::x86_64 ? "amd64" : "arm64";
}

}  // namespace davit::commands::image
