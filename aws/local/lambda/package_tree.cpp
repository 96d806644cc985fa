// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/package_tree.hpp"

#include <fmt/format.h>

#include <array>

#include "aws/core/file.hpp"
#include "aws/local/lambda/python_client.hpp"
#include "aws/oci/mapped_file.hpp"
#include "aws/oci/unpack.hpp"
#include "aws/zip/limits.hpp"
#include "aws/zip/reader.hpp"

namespace davit::aws::local::lambda {
namespace {

namespace fs = std::filesystem;

Status unzip_into(const fs::path& archive, const fs::path& folder)
{
  DAVIT_TRY_ASSIGN(const auto file, oci::MappedFile::open(archive));
  DAVIT_TRY_ASSIGN(const auto tree, oci::RootedDirectory::open(folder));
  DAVIT_TRY_ASSIGN(const auto unzipped, zip::unzip(file.bytes(), folder, zip::k_most_unzipped_bytes));
  return oci::unpack_entries(unzipped.entries, tree).map([](const auto&) {});
}

}  // namespace

Status unzip_package(const ZipPackage& package, const CodeStore& code, const fs::path& root)
{
  std::error_code error;
  for (const char* folder : {"var/task", "var/runtime", "opt"}) {
    fs::create_directories(root / folder, error);
  }
  DAVIT_TRY(unzip_into(code.path_of(package.code), root / "var/task"));
  for (const auto& layer : package.layers) {
    DAVIT_TRY(unzip_into(code.path_of(layer.archive), root / "opt"));
  }
  if (!package.python_version()) {
    return {};
  }
  return write_file(root / fs::path(k_python_client_path).relative_path(), python_client());
}

bool brings_python_client(const fs::path& root, std::string_view python_version)
{
  const std::array folders{std::string("var/task"), std::string("opt/python"),
                           fmt::format("opt/python/lib/python{}/site-packages", python_version)};
  return std::any_of(folders.begin(), folders.end(), [&](const std::string& folder) {
    std::error_code ignored;
    return fs::exists(root / folder / "awslambdaric/__main__.py", ignored);
  });
}

}  // namespace davit::aws::local::lambda
