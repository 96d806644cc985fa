// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/config/project.hpp"

namespace davit::commands::image {

/// What an ELF file says about where it runs (System V ABI, "ELF Header", "Program Header" and "Dynamic Section"; symbol versions: LSB Core
/// Specification, "Symbol Versioning").
struct ElfFile {
  std::optional<cli::config::Architecture> architecture;  ///< nothing for a machine that Lambda has not
  std::string interpreter = {};             ///< the loader of a dynamically linked program; empty for libraries and static programs
  std::vector<std::string> libraries = {};  ///< what the loader must find: "libc.so.6"
  int glibc_minor = 0;                      ///< the newest GLIBC_2.x that a symbol needs; 0 for none
};

/// Nothing when the bytes are no ELF file. One of 32 bits has no architecture. What is damaged or cut off needs nothing.
std::optional<ElfFile> parse_elf(std::string_view bytes);

/// The same for a file; nothing when it cannot be read.
std::optional<ElfFile> read_elf(const std::filesystem::path& path);

/// The minor version that glibc names in its own text, "GNU C Library (...) stable release version 2.36."; 0 for what is no glibc.
int glibc_minor_of(std::string_view library);

/// "x86_64" or "arm64", as davit.yaml and Lambda name it.
std::string name_of(cli::config::Architecture architecture);

/// "amd64" or "arm64", as OCI documents name it.
std::string oci_name_of(cli::config::Architecture architecture);

}  // namespace davit::commands::image
