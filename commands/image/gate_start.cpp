// SPDX-License-Identifier: Apache-2.0
// What Lambda starts: ENTRYPOINT and CMD in WORKDIR (docs.aws.amazon.com/lambda/latest/dg/images-create.html, "Container image settings").
#include <fmt/format.h>

#include <charconv>

#include "commands/image/elf.hpp"
#include "commands/image/gate_checks.hpp"

namespace davit::commands::image {
namespace {

namespace oci = aws::oci;

constexpr std::string_view k_aws_entrypoint = "/lambda-entrypoint.sh";
constexpr std::string_view k_bootstrap = "/var/runtime/bootstrap";

/// The minor version in the name of an interpreter, ".../python3.12".
std::optional<int> minor_of(std::string_view path)
{
  constexpr std::string_view k_before = "/python3.";
  const std::size_t found = path.rfind(k_before);
  int minor = 0;
  if (found == std::string_view::npos) {
    return std::nullopt;
  }
  const auto [end, failed] = std::from_chars(path.data() + found + k_before.size(), path.data() + path.size(), minor);
  return failed == std::errc{} && end == path.data() + path.size() ? std::optional(minor) : std::nullopt;
}

/// The Python of an AWS base lies under /var/lang.
std::optional<int> aws_python(const ImageTree& tree)
{
  constexpr std::string_view k_folder = "var/lang/bin/python3.";
  for (auto file = tree.files().lower_bound(k_folder); file != tree.files().end() && file->first.starts_with(k_folder); ++file) {
    if (const auto minor = minor_of("/" + file->first)) {
      return minor;
    }
  }
  return std::nullopt;
}

std::string shown(const std::vector<std::string>& command)
{
  return command.empty() ? "" : command.front();
}

/// Refuses a program, with ids that start with `what`, that the kernel would not start.
void check_program(std::string_view path, const std::string& what, const StartedImage& image, Findings& findings)
{
  const auto link = image.tree.find_unfollowed(path);
  const auto found = image.tree.find(path);
  if (link && link->file->type == oci::EntryType::symlink) {
    findings.refuse(what + "-symlink", fmt::format("{} is a link to '{}', and Lambda does not start links", path, link->file->link_target),
                    std::string(path), found ? fmt::format("name the program itself: {}", found->path) : "name a program that is there");
  }
  if (!found || found->file->type != oci::EntryType::file) {
    findings.refuse(what + "-missing", fmt::format("{} is not a file of the image", path), std::string(path),
                    "put the program there, or name the one that is meant");
    return;
  }
  if ((found->file->mode & 05U) != 05U) {
    findings.refuse(
        what + "-permission",
        fmt::format("{} has the mode {:04o}, and Lambda's user can read and run it only with o+rx", found->path, found->file->mode),
        found->path, "chmod 755 it before the image is built");
  }
}

/// The first line of a script, without "#!".
std::string_view interpreter_line(std::string_view content)
{
  if (!content.starts_with("#!")) {
    return {};
  }
  std::string_view line = content.substr(2, std::min(content.find('\n'), content.size()) - 2);
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  return line;
}

void check_script(const ImageTree::Found& program, const StartedImage& image, Findings& findings)
{
  const std::string_view line = interpreter_line(program.file->content);
  const std::string_view interpreter = line.substr(0, line.find_first_of(" \t\r"));
  if (line.ends_with('\r')) {
    findings.refuse("entrypoint-interpreter", "the script's lines end as on Windows, so that its interpreter is not found", program.path,
                    "convert it to Unix line ends (dos2unix)");
  } else if (interpreter.empty()) {
    findings.refuse("entrypoint-format", fmt::format("{} is neither an ELF program nor a script that names its interpreter", program.path),
                    program.path, "start it with #! and the path of an interpreter, or compile it for Linux");
  } else if (image.runtime == nullptr && !image.tree.find(interpreter)) {
    findings.refuse("entrypoint-interpreter", fmt::format("the script's interpreter {} is not in the image", interpreter), program.path,
                    "name an interpreter that the image has");
  }
}

void check_format(const ImageTree::Found& program, const StartedImage& image, Findings& findings)
{
  const auto elf = parse_elf(program.file->content);
  if (!elf) {
    check_script(program, image, findings);
    return;
  }
  if (elf->architecture != image.documents.architecture) {
    findings.refuse("elf-machine", fmt::format("the program is not for {}", name_of(image.documents.architecture)), program.path,
                    "compile it for the function's architecture");
  }
  if (image.runtime == nullptr && !elf->interpreter.empty() && !image.tree.find(elf->interpreter)) {
    findings.refuse("loader-missing", fmt::format("the program needs the loader {}, which the image has not", elf->interpreter),
                    program.path, "link it statically, or choose a base with the C library it was linked with");
  }
}

void check_entrypoint(const StartedImage& image, Findings& findings)
{
  const std::string program = shown(image.command);
  if (program.empty()) {
    findings.refuse("entrypoint-missing", "the image has neither an ENTRYPOINT nor a CMD", image.documents.manifest.config.digest,
                    "name the program that runs the handler");
    return;
  }
  if (!program.starts_with('/')) {
    findings.refuse("entrypoint-relative", fmt::format("the ENTRYPOINT '{}' is not an absolute path", program),
                    image.documents.manifest.config.digest, "write its whole path");
    return;
  }
  check_program(program, "entrypoint", image, findings);
  if (const auto found = image.tree.find(program); found && found->file->type == oci::EntryType::file) {
    check_format(*found, image, findings);
  }
}

void check_working_directory(const StartedImage& image, Findings& findings)
{
  const std::string& folder = image.documents.config.working_directory;
  if (folder.empty() || folder == "/") {
    return;
  }
  const std::string& config = image.documents.manifest.config.digest;
  if (!folder.starts_with('/')) {
    findings.refuse("working-directory", fmt::format("WORKDIR '{}' is not an absolute path", folder), config, "write its whole path");
    return;
  }
  // A folder that holds files need not have an entry of its own.
  const std::string prefix = folder.substr(1) + "/";
  const auto below = image.tree.files().lower_bound(prefix);
  const bool is_implied = below != image.tree.files().end() && below->first.starts_with(prefix);
  const auto found = image.tree.find(folder);
  if (found ? found->file->type != oci::EntryType::directory : !is_implied) {
    findings.refuse("working-directory", fmt::format("WORKDIR {} is not a folder of the image", folder), folder,
                    "make the folder, or name another one");
  }
}

}  // namespace

std::string StartedImage::working_directory() const
{
  const std::string& folder = documents.config.working_directory;
  return !folder.empty() ? folder : is_aws ? "/var/task" : "/";
}

StartedImage started_image(const ImageDocuments& documents, const ImageTree& tree)
{
  StartedImage image{.documents = documents, .tree = tree, .command = documents.config.entrypoint};
  image.command.insert(image.command.end(), documents.config.command.begin(), documents.config.command.end());
  const std::string program = shown(image.command);
  image.is_aws = program == k_aws_entrypoint;
  const auto found = tree.find(program);
  image.python_minor = image.is_aws ? aws_python(tree) : minor_of(found ? found->path : program);
  return image;
}

void check_bootstrap(const StartedImage& image, Findings& findings)
{
  check_program(k_bootstrap_program, "bootstrap", image, findings);
  if (const auto found = image.tree.find(k_bootstrap_program); found && found->file->type == oci::EntryType::file) {
    check_format(*found, image, findings);
  }
}

void check_start(const StartedImage& image, Findings& findings)
{
  check_entrypoint(image, findings);
  check_working_directory(image, findings);
  if (image.is_aws) {
    check_program(k_bootstrap, "bootstrap", image, findings);
  }
}

}  // namespace davit::commands::image
