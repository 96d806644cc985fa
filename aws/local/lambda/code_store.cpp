// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/code_store.hpp"

#include <fmt/format.h>

#include "aws/core/file.hpp"
#include "aws/oci/digest.hpp"
#include "aws/zip/limits.hpp"
#include "aws/zip/reader.hpp"

namespace davit::aws::local::lambda {
namespace {

namespace fs = std::filesystem;

/// A name that means a deletion in an image's layer, which is how the archive is unpacked.
bool has_whiteout(const std::vector<zip::Member>& members)
{
  return std::any_of(members.begin(), members.end(),
                     [](const zip::Member& member) { return fs::path(member.name).filename().string().starts_with(".wh."); });
}

tl::unexpected<Fault> not_taken(std::string message)
{
  return refuse("InvalidParameterValueException", std::move(message));
}

}  // namespace

Answer<StoredArchive> CodeStore::add(std::string_view zip) const
{
  if (zip.empty()) {
    return not_taken("Uploaded file must be a non-empty zip");
  }
  const auto members = zip::members_of(zip);
  if (!members) {
    return not_taken("Could not unzip uploaded file. Please check your file, then try to upload again. (" + members.error().message + ")");
  }
  if (has_whiteout(*members)) {
    return not_taken("The local AWS does not serve archives with files whose names begin with .wh.");
  }
  const StoredArchive archive{.digest = oci::digest_of(zip), .size = zip.size(), .unzipped_size = zip::unzipped_size(*members)};
  if (archive.unzipped_size > zip::k_most_unzipped_bytes) {
    return not_taken(fmt::format("Unzipped size must be smaller than {} bytes", zip::k_most_unzipped_bytes));
  }
  std::error_code ignored;
  fs::create_directories(m_folder, ignored);
  if (!fs::exists(path_of(archive), ignored)) {
    DAVIT_STORED(write_file(path_of(archive), zip));
  }
  return archive;
}

fs::path CodeStore::path_of(const StoredArchive& archive) const
{
  return m_folder / (archive.digest.substr(archive.digest.find(':') + 1) + ".zip");
}

}  // namespace davit::aws::local::lambda
