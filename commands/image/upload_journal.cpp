// SPDX-License-Identifier: Apache-2.0
#include "commands/image/upload_journal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "aws/core/encoding.hpp"
#include "aws/core/file.hpp"
#include "aws/core/json.hpp"
#include "aws/core/json_members.hpp"
#include "aws/crypto/digest.hpp"

namespace davit::commands::image {
namespace {

namespace fs = std::filesystem;

}  // namespace

fs::path UploadJournal::path_of(const std::string& digest) const
{
  return m_folder / (to_hex(aws::crypto::sha256(fmt::format("{}/{}@{}", m_host, m_repository, digest))) + ".json");
}

std::optional<aws::registry::UploadProgress> UploadJournal::find(const std::string& digest) const
{
  std::error_code error;
  if (!fs::exists(path_of(digest), error)) {
    return std::nullopt;
  }
  const auto text = read_file(path_of(digest));
  const auto document = text ? parse_json(*text, "the journal") : fail(text.error());
  if (!document || !document->is_object() || text_member(*document, "digest") != digest) {
    return std::nullopt;
  }
  return aws::registry::UploadProgress{.location = text_member(*document, "location"),
                                       .offset = static_cast<std::uint64_t>(integer_member(*document, "offset").value_or(0))};
}

/// Without waiting for the disk: it is the death of this process that the file is for.
void UploadJournal::keep(const std::string& digest, const aws::registry::UploadProgress& progress) const
{
  std::error_code error;
  fs::create_directories(m_folder, error);
  const fs::path path = path_of(digest);
  const fs::path scratch = path.string() + ".new";
  const int fd = ::open(scratch.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) {
    return;
  }
  const Json document = {
      {"image", m_host + "/" + m_repository}, {"digest", digest}, {"location", progress.location}, {"offset", progress.offset}};
  const bool written = write_all(fd, dump_json(document));
  ::close(fd);
  written ? fs::rename(scratch, path, error) : void(fs::remove(scratch, error));
}

void UploadJournal::forget(const std::string& digest) const
{
  std::error_code error;
  fs::remove(path_of(digest), error);
  // Gone with its last entry.
  fs::remove(m_folder, error);
}

}  // namespace davit::commands::image
