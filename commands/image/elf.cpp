// SPDX-License-Identifier: Apache-2.0
#include "commands/image/elf.hpp"

#include <elf.h>

#include <charconv>
#include <cstring>

#include "aws/oci/mapped_file.hpp"

namespace davit::commands::image {
namespace {

using cli::config::Architecture;

// Far more than any linker writes, so that a damaged table ends somewhere.
constexpr std::size_t k_most_entries = 4096;

std::optional<Architecture> architecture_of(const Elf64_Ehdr& header)
{
  const bool fits = header.e_ident[EI_DATA] == ELFDATA2LSB && header.e_ident[EI_CLASS] == ELFCLASS64;
  if (fits && header.e_machine == EM_X86_64) {
    return Architecture::x86_64;
  }
  return fits && header.e_machine == EM_AARCH64 ? std::optional(Architecture::arm64) : std::nullopt;
}

/// The digits after "GLIBC_2.".
int glibc_minor_of_version(std::string_view version)
{
  constexpr std::string_view k_version_prefix = "GLIBC_2.";
  int minor = 0;
  if (version.starts_with(k_version_prefix)) {
    std::from_chars(version.data() + k_version_prefix.size(), version.data() + version.size(), minor);
  }
  return minor;
}

/// Follows the tables of a 64-bit file. Every offset of the file is held against its size.
class ElfReader
{
public:
  ElfReader(std::string_view bytes, const Elf64_Ehdr& header) : m_bytes(bytes)
  {
    for (std::uint64_t i = 0; i < header.e_phnum; ++i) {
      if (const auto segment = at<Elf64_Phdr>(header.e_phoff + i * header.e_phentsize)) {
        m_segments.push_back(*segment);
      }
    }
  }

  void read(ElfFile& file)
  {
    for (const auto& segment : m_segments) {
      if (segment.p_type == PT_INTERP) {
        file.interpreter = text_at(segment.p_offset);
      } else if (segment.p_type == PT_DYNAMIC) {
        read_dynamic(segment, file);
      }
    }
  }

private:
  template <typename T>
  [[nodiscard]] std::optional<T> at(std::uint64_t offset) const
  {
    if (offset > m_bytes.size() || m_bytes.size() - offset < sizeof(T)) {
      return std::nullopt;
    }
    T value;
    std::memcpy(&value, m_bytes.data() + offset, sizeof value);
    return value;
  }

  [[nodiscard]] std::string text_at(std::uint64_t offset) const
  {
    constexpr std::size_t k_longest = 4096;
    const std::string_view rest = offset < m_bytes.size() ? m_bytes.substr(offset, k_longest) : std::string_view{};
    return std::string(rest.substr(0, rest.find('\0')));
  }

  /// Where the bytes of an address lie in the file.
  [[nodiscard]] std::optional<std::uint64_t> offset_of(std::uint64_t address) const
  {
    for (const auto& segment : m_segments) {
      if (segment.p_type == PT_LOAD && address >= segment.p_vaddr && address - segment.p_vaddr < segment.p_filesz) {
        return segment.p_offset + (address - segment.p_vaddr);
      }
    }
    return std::nullopt;
  }

  void read_dynamic(const Elf64_Phdr& segment, ElfFile& file)
  {
    std::vector<std::uint64_t> needed;
    std::optional<std::uint64_t> strings;
    std::optional<std::uint64_t> versions;
    for (std::size_t i = 0; i < k_most_entries; ++i) {
      const auto entry = at<Elf64_Dyn>(segment.p_offset + i * sizeof(Elf64_Dyn));
      if (!entry || entry->d_tag == DT_NULL) {
        break;
      }
      if (entry->d_tag == DT_NEEDED) {
        needed.push_back(entry->d_un.d_val);
      } else if (entry->d_tag == DT_STRTAB) {
        strings = offset_of(entry->d_un.d_ptr);
      } else if (entry->d_tag == DT_VERNEED) {
        versions = offset_of(entry->d_un.d_ptr);
      }
    }
    if (!strings) {
      return;
    }
    for (const std::uint64_t name : needed) {
      file.libraries.push_back(text_at(*strings + name));
    }
    if (versions) {
      read_versions(*versions, *strings, file);
    }
  }

  void read_versions(std::uint64_t offset, std::uint64_t strings, ElfFile& file) const
  {
    std::size_t left = k_most_entries;
    for (auto need = at<Elf64_Verneed>(offset); need && left > 0; need = at<Elf64_Verneed>(offset), --left) {
      std::uint64_t place = offset + need->vn_aux;
      for (auto version = at<Elf64_Vernaux>(place); version && left > 0; version = at<Elf64_Vernaux>(place), --left) {
        file.glibc_minor = std::max(file.glibc_minor, glibc_minor_of_version(text_at(strings + version->vna_name)));
        if (version->vna_next == 0) {
          break;
        }
        place += version->vna_next;
      }
      if (need->vn_next == 0) {
        return;
      }
      offset += need->vn_next;
    }
  }

  std::string_view m_bytes;
  std::vector<Elf64_Phdr> m_segments;
};

}  // namespace

std::optional<ElfFile> parse_elf(std::string_view bytes)
{
  Elf64_Ehdr header{};
  if (bytes.size() < sizeof header || !bytes.starts_with(ELFMAG)) {
    return std::nullopt;
  }
  std::memcpy(&header, bytes.data(), sizeof header);
  ElfFile file{.architecture = architecture_of(header)};
  if (file.architecture) {
    ElfReader(bytes, header).read(file);
  }
  return file;
}

std::optional<ElfFile> read_elf(const std::filesystem::path& path)
{
  const auto file = aws::oci::MappedFile::open(path);
  return file ? parse_elf(file->bytes()) : std::nullopt;
}

int glibc_minor_of(std::string_view library)
{
  constexpr std::string_view k_before = "stable release version 2.";
  const std::size_t found = library.find(k_before);
  int minor = 0;
  if (found != std::string_view::npos) {
    const std::string_view digits = library.substr(found + k_before.size(), 3);
    std::from_chars(digits.data(), digits.data() + digits.size(), minor);
  }
  return minor;
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
