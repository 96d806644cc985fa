// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "aws/oci/mapped_file.hpp"
#include "aws/zip/reader.hpp"
#include "cli/context.hpp"
#include "commands/image/diff.hpp"

namespace davit::commands::image {

struct PackagedArchive {
  std::filesystem::path path;  ///< absolute
  std::string kind;            ///< "function" or "layer"
  aws::oci::MappedFile file;
  std::vector<aws::zip::Member> members;
  std::string digest;

  /// The folder that Lambda unzips it into, without a leading slash.
  [[nodiscard]] std::string root() const { return kind == "layer" ? "opt" : "var/task"; }
};

/// What `image build` makes where handler.package is zip.
struct ZipPackage {
  std::filesystem::path path;             ///< as it was asked for, absolute
  std::vector<PackagedArchive> archives;  ///< the layer, if there is one, then the function

  [[nodiscard]] std::string digest() const;
  [[nodiscard]] std::uint64_t unzipped_size() const;
};

/// Where the package lies that an argument IMAGE names: FILE.zip, a folder with function.zip, or, in a project whose handler.package is
/// zip, a tag of its own packages. Nothing when it names an image.
Result<std::optional<std::filesystem::path>> package_path(cli::Context& context, const std::string& typed);

/// Opens a folder with function.zip, or a single archive. Not found when there is none.
Result<ZipPackage> open_package(const std::filesystem::path& path);

/// The file system that Lambda makes of a package, each file held against its checksum.
Result<ImageTree> tree_of(const ZipPackage& package);

/// A package as one side of a comparison. It has no settings of its own.
Result<ComparedImage> compared_package(const ZipPackage& package);

}  // namespace davit::commands::image
