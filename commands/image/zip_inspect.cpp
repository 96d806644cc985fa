// SPDX-License-Identifier: Apache-2.0
// `davit image inspect` of a zip package.
#include <fmt/format.h>

#include "commands/image/inspect.hpp"
#include "commands/image/size_text.hpp"
#include "commands/image/zip_archive.hpp"
#include "commands/image/zip_package.hpp"

namespace davit::commands::image {
namespace {

std::uint64_t files_in(const PackagedArchive& archive)
{
  return static_cast<std::uint64_t>(std::count_if(archive.members.begin(), archive.members.end(), [](const aws::zip::Member& member) {
    return member.type != aws::oci::EntryType::directory;
  }));
}

OrderedJson archive_json(const PackagedArchive& archive)
{
  return {{"path", archive.path.string()},
          {"kind", archive.kind},
          {"digest", archive.digest},
          {"size", archive.file.bytes().size()},
          {"unzippedSize", aws::zip::unzipped_size(archive.members)},
          {"files", files_in(archive)},
          {"codeSha256", code_sha256(archive.digest)}};
}

std::vector<std::string> archive_row(const PackagedArchive& archive)
{
  return {archive.kind,
          archive.path.string(),
          size_text(archive.file.bytes().size()),
          size_text(aws::zip::unzipped_size(archive.members)),
          fmt::format("{}", files_in(archive)),
          code_sha256(archive.digest)};
}

}  // namespace

Result<cli::Document> inspect_package(const std::filesystem::path& path)
{
  DAVIT_TRY_ASSIGN(const ZipPackage package, open_package(path));
  DAVIT_TRY(tree_of(package));
  OrderedJson archives = OrderedJson::array();
  cli::Table table{.header = {"ARCHIVE", "FILE", "SIZE", "UNZIPPED", "FILES", "CODESHA256"}, .rows = {}};
  for (const auto& archive : package.archives) {
    archives.push_back(archive_json(archive));
    table.rows.push_back(archive_row(archive));
  }
  return cli::Document{.data = {{"digest", package.digest()},
                                {"layout", package.path.string()},
                                {"verified", true},
                                {"unzippedSize", package.unzipped_size()},
                                {"archives", std::move(archives)}},
                       .table = std::move(table),
                       .list_member = "archives"};
}

}  // namespace davit::commands::image
