// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "cli/config/project.hpp"

namespace davit::commands::image {

/// What an ELF file says about where it runs (System V ABI, "ELF Header" and "Program Header").
struct ElfFile {
  std::optional<cli::config::Architecture> architecture;  ///< nothing for a machine that Lambda has not
  std::string interpreter;  ///< the loader of a dynamically linked program; empty for libraries and static programs
};

/// Nothing when the file cannot be read or is no 64-bit ELF file.
std::optional<ElfFile> read_elf(const std::filesystem::path& path);

/// "x86_64" or "arm64", as davit.yaml and Lambda name it.
std::string name_of(cli::config::Architecture architecture);

/// "amd64" or "arm64", as OCI documents name it.
std::string oci_name_of(cli::config::Architecture architecture);

}  // namespace davit::commands::image
