// SPDX-License-Identifier: Apache-2.0
#include "commands/init/skeleton.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/yaml/reader.hpp"

namespace davit::commands::init {
namespace {

using cli::yaml::Document;
using cli::yaml::Node;

/// Exchanges the text of a plain scalar where it stands; comments and layout around it stay.
void exchange(Document& document, const Node& scalar, const std::string& text)
{
  std::string& line = document.lines[static_cast<std::size_t>(scalar.line) - 1];
  line.replace(static_cast<std::size_t>(scalar.column) - 1, scalar.text.size(), text);
}

Result<std::string> with_name(const templates::Template& chosen, std::string_view project_file, const std::string& name)
{
  DAVIT_TRY_ASSIGN(Document document, cli::yaml::read(project_file, fmt::format("templates/{}/davit.yaml", chosen.name)));
  const Node* image = document.root.find("image");
  const Node* repository = image == nullptr ? nullptr : image->find("repository");
  if (repository != nullptr && repository->text.starts_with(chosen.name)) {
    exchange(document, *repository, name + repository->text.substr(chosen.name.size()));
  }
  if (const Node* project_name = document.root.find("name")) {
    exchange(document, *project_name, name);
  }
  return fmt::format("{}", fmt::join(document.lines, "\n"));
}

}  // namespace

Result<std::vector<SkeletonFile>> skeleton_of(const templates::Template& chosen, const std::string& name)
{
  std::vector<SkeletonFile> files;
  for (const auto& file : chosen.files) {
    SkeletonFile written{.path = file.path == "gitignore" ? ".gitignore" : std::string(file.path), .content = std::string(file.bytes)};
    if (file.path == "davit.yaml") {
      DAVIT_TRY_ASSIGN(written.content, with_name(chosen, file.bytes, name));
    }
    files.push_back(std::move(written));
  }
  return files;
}

}  // namespace davit::commands::init
