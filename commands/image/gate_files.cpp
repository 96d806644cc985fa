// SPDX-License-Identifier: Apache-2.0
// What the function meets while it runs: files that its user can read, libraries that the loader and the C library can serve, bytecode and
// wheels that are what they seem.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "aws/oci/layer.hpp"
#include "commands/image/elf.hpp"
#include "commands/image/gate_checks.hpp"
#include "commands/image/pyc.hpp"

namespace davit::commands::image {
namespace {

namespace oci = aws::oci;
using oci::EntryType;

/// Below these lies what a function is made of; the rest is the base's own matter.
bool is_of_function(std::string_view path, const std::string& working_directory)
{
  const auto below = [&](std::string_view folder) { return path == folder || (path.starts_with(folder) && path[folder.size()] == '/'); };
  return below("var/task") || below("opt") || below("var/runtime") || (working_directory.size() > 1 && below(working_directory.substr(1)));
}

void check_permission(const std::string& path, const ImageFile& file, Findings& findings)
{
  if (file.type == EntryType::directory && (file.mode & 05U) != 05U) {
    findings.refuse("folder-permission",
                    fmt::format("the folder has the mode {:04o}, and Lambda's user enters it only with o+rx", file.mode), "/" + path,
                    "chmod 755 it before the image is built");
  } else if (file.type == EntryType::file && (file.mode & 04U) == 0) {
    findings.refuse("file-permission", fmt::format("the file has the mode {:04o}, and Lambda's user reads it only with o+r", file.mode),
                    "/" + path, "chmod 644 it before the image is built");
  }
}

bool is_shared_library(std::string_view path)
{
  return path.ends_with(".so") || path.find(".so.") != std::string_view::npos;
}

std::string_view base_name(std::string_view path)
{
  return path.substr(path.rfind('/') + 1);
}

/// A library that Python imports, by its name (PEP 3149 and the stable ABI).
bool is_extension_module(std::string_view path)
{
  const std::string_view name = base_name(path);
  return name.ends_with(".abi3.so") || name.find(".cpython-3") != std::string_view::npos;
}

/// The libraries of an image: what the loader finds by name, and what its C library is.
struct ImageLibraries {
  std::set<std::string_view> names;
  int glibc_minor = 0;
};

ImageLibraries libraries_of(const ImageTree& tree)
{
  ImageLibraries out;
  for (const auto& [path, file] : tree.files()) {
    const std::string_view name = base_name(path);
    if (is_shared_library(name)) {
      out.names.insert(name);
    }
    if (name == "libc.so.6" || name.starts_with("libc-2.")) {
      out.glibc_minor = std::max(out.glibc_minor, glibc_minor_of(file.content));
    }
  }
  return out;
}

class LibraryCheck
{
public:
  LibraryCheck(const StartedImage& image, Findings& findings) : m_image(image), m_findings(findings), m_libraries(libraries_of(image.tree))
  {
    if (image.runtime != nullptr) {
      m_libraries.glibc_minor = image.runtime->glibc_minor;
    }
  }

  /// The program that starts; its format and machine are looked at before (check_start).
  void check_program(const std::string& path, const ImageFile& file)
  {
    const auto elf = parse_elf(file.content);
    if (elf && elf->architecture == m_image.documents.architecture) {
      check_versions(path, *elf, true);
      check_needs(path, *elf);
    }
  }

  /// Of what Python imports for the function, a mistake is a failure; another library may never be opened.
  void check_library(const std::string& path, const ImageFile& file, bool is_own)
  {
    const bool is_needed = is_own && is_extension_module(path);
    const auto elf = parse_elf(file.content);
    if (!elf) {
      return;
    }
    if (elf->architecture != m_image.documents.architecture) {
      add(is_needed, "elf-machine", fmt::format("the library is not for {}", name_of(m_image.documents.architecture)), path,
          "install the package for the image's architecture (pip install --platform), or build it there");
      return;
    }
    check_versions(path, *elf, is_needed);
    // A base leaves out what its optional modules need.
    if (is_own) {
      check_needs(path, *elf);
      check_abi(path);
    }
  }

private:
  void check_needs(const std::string& path, const ElfFile& elf)
  {
    for (const auto& library : elf.libraries) {
      // What is in Lambda's runtime cannot be known here, but that it is glibc's.
      const bool may_be_there = m_image.runtime != nullptr && !library.starts_with("libc.musl");
      if (!may_be_there && !m_libraries.names.contains(library)) {
        m_findings.warn("library-missing", fmt::format("it needs {}, which is nowhere in the image", library), "/" + path,
                        library.starts_with("libc.musl") ? "take the manylinux wheel instead of the musllinux one"
                                                         : "install the library, or a wheel that brings it");
      }
    }
  }

  void check_versions(const std::string& path, const ElfFile& elf, bool is_needed)
  {
    if (elf.glibc_minor > m_libraries.glibc_minor) {
      const std::string has = m_libraries.glibc_minor == 0 ? "none" : fmt::format("2.{}", m_libraries.glibc_minor);
      const std::string where = m_image.runtime != nullptr ? std::string(m_image.runtime->name) : "the image";
      add(is_needed, "glibc-version", fmt::format("it needs glibc 2.{}, and {} has {}", elf.glibc_minor, where, has), path,
          m_image.runtime != nullptr ? "take a wheel for an older manylinux, build on Amazon Linux, or choose a newer handler.runtime"
                                     : "take a wheel for an older manylinux, build on the image's own base, or choose a newer base");
    }
  }

  void check_abi(const std::string& path)
  {
    constexpr std::string_view k_mark = ".cpython-3";
    const std::size_t mark = path.rfind(k_mark);
    if (!m_image.python_minor || mark == std::string::npos) {
      return;
    }
    const std::size_t digits = mark + k_mark.size();
    const std::string minor = path.substr(digits, path.find_first_not_of("0123456789", digits) - digits);
    if (minor != std::to_string(*m_image.python_minor) && !has_sibling(path.substr(0, mark))) {
      m_findings.warn(
          "extension-abi",
          fmt::format("the module is for Python 3.{}, and the image has 3.{}, which does not see it", minor, *m_image.python_minor),
          "/" + path, "install the package for the image's Python (pip install --python-version)");
    }
  }

  /// The same module for the right Python, or as source.
  [[nodiscard]] bool has_sibling(const std::string& stem) const
  {
    const auto& files = m_image.tree.files();
    const std::string right = fmt::format("{}.cpython-3{}-", stem, *m_image.python_minor);
    const auto found = files.lower_bound(right);
    return (found != files.end() && found->first.starts_with(right)) || files.contains(stem + ".abi3.so") || files.contains(stem + ".py");
  }

  void add(bool is_needed, const std::string& id, const std::string& message, const std::string& path, const std::string& cure)
  {
    is_needed ? m_findings.refuse(id, message, "/" + path, cure) : m_findings.warn(id, message, "/" + path, cure);
  }

  const StartedImage& m_image;
  Findings& m_findings;
  ImageLibraries m_libraries;
};

/// A header by time that names another time than the layer gives the source: Python compiles the file at every cold start.
bool is_stale(const std::string& path, const ImageFile& file, const StartedImage& image)
{
  const auto source_path = image.python_minor ? source_path_of(path, *image.python_minor) : std::nullopt;
  const auto source = source_path ? image.tree.files().find(*source_path) : image.tree.files().end();
  if (source == image.tree.files().end() || source->second.type != EntryType::file) {
    return false;
  }
  return !with_unchecked_hash(file.content, {.content = source->second.content, .mtime = source->second.mtime}, *image.python_minor);
}

/// Projects that publish a compiled wheel and a slow one of pure Python for the same version: pip takes the latter without a word when no
/// compiled one fits.
bool has_compiled_wheels(std::string_view project)
{
  constexpr std::array<std::string_view, 16> k_projects{
      "black", "charset-normalizer", "coverage", "cython",    "debugpy",    "dulwich",    "frozenlist", "multidict",
      "mypy",  "propcache",          "protobuf", "rapidfuzz", "simplejson", "sqlalchemy", "websockets", "wrapt"};
  return std::find(k_projects.begin(), k_projects.end(), project) != k_projects.end() || project == "yarl";
}

void check_wheel(const std::string& path, const ImageFile& file, Findings& findings)
{
  if (!path.ends_with(".dist-info/WHEEL") || file.content.find("-none-any") == std::string_view::npos) {
    return;
  }
  const std::string_view folder = base_name(std::string_view(path).substr(0, path.rfind('/')));
  std::string project(folder.substr(0, folder.find('-')));
  std::transform(project.begin(), project.end(), project.begin(),
                 [](unsigned char c) { return c == '_' || c == '.' ? '-' : static_cast<char>(std::tolower(c)); });
  if (has_compiled_wheels(project)) {
    findings.warn("pure-python-wheel", fmt::format("{} was installed without its compiled part, which it has for most platforms", project),
                  "/" + path,
                  "name the platform tags down to manylinux2014 when installing (davit image build does), or pin a version that "
                  "has a wheel for this Python");
  }
}

void check_size(const StartedImage& image, Findings& findings)
{
  if (image.tree.uncompressed_bytes() > oci::k_most_layer_bytes) {
    findings.refuse(
        "image-size",
        fmt::format("the layers hold {} bytes uncompressed, and Lambda takes {}", image.tree.uncompressed_bytes(), oci::k_most_layer_bytes),
        "", "leave out what the function does not need, or read it from S3 or EFS");
  }
}

}  // namespace

void check_files(const StartedImage& image, Findings& findings)
{
  check_size(image, findings);
  const std::string working_directory = image.working_directory();
  const auto program = image.command.empty() ? std::nullopt : image.tree.find(image.command.front());
  LibraryCheck libraries(image, findings);
  std::size_t stale = 0;
  std::string stale_file;
  for (const auto& [path, file] : image.tree.files()) {
    const bool is_program = program && program->path == "/" + path;
    const bool is_own = is_of_function(path, working_directory);
    if (is_own) {
      check_permission(path, file, findings);
      check_wheel(path, file, findings);
    }
    if (file.type != EntryType::file) {
      continue;
    }
    if (is_program) {
      libraries.check_program(path, file);
    } else if (is_shared_library(path)) {
      libraries.check_library(path, file, is_own);
    }
    if (is_own && path.ends_with(".pyc") && is_stale(path, file, image)) {
      stale_file = stale++ == 0 ? "/" + path : stale_file;
    }
  }
  if (stale > 0) {
    findings.warn("bytecode-stale",
                  fmt::format("{} compiled files do not fit the times or the text of their sources, so that each cold start "
                              "compiles them again",
                              stale),
                  stale_file, "compile them with python -m compileall --invalidation-mode unchecked-hash, as davit image build does");
  }
}

}  // namespace davit::commands::image
