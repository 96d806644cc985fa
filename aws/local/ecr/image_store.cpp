// SPDX-License-Identifier: Apache-2.0
#include "aws/local/ecr/image_store.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>

namespace davit::aws::local::ecr {
namespace {

Repository repository_of(const store::Statement& row, const Owner& owner)
{
  return {
      .owner = owner, .name = std::string(row.text(0)), .created_ms = row.integer(1), .settings = Json::parse(row.text(2), nullptr, false)};
}

StoredImage image_of(const store::Statement& row)
{
  return {.digest = std::string(row.text(0)),
          .media_type = std::string(row.text(1)),
          .artifact_media_type = std::string(row.text(2)),
          .size = row.integer(3),
          .pushed_ms = row.integer(4),
          .tags = {},
          .references = Json::parse(row.text(5), nullptr, false).get<std::vector<std::string>>()};
}

Status load_tags(store::Connection& connection, const Repository& repository, StoredImage& image)
{
  DAVIT_TRY_ASSIGN(
      auto rows,
      connection.query("SELECT tag FROM ecr_tags WHERE account = ? AND region = ? AND repository = ? AND digest = ? ORDER BY tag",
                       repository.owner.account, repository.owner.region, repository.name, image.digest));
  while (true) {
    DAVIT_TRY_ASSIGN(const bool more, rows.step());
    if (!more) {
      return {};
    }
    image.tags.emplace_back(rows.text(0));
  }
}

}  // namespace

const char* const k_ecr_schema = R"(
CREATE TABLE IF NOT EXISTS ecr_repositories (
  account TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL, created_ms INTEGER NOT NULL, settings TEXT NOT NULL,
  PRIMARY KEY (account, region, name));
CREATE TABLE IF NOT EXISTS ecr_images (
  account TEXT NOT NULL, region TEXT NOT NULL, repository TEXT NOT NULL, digest TEXT NOT NULL, media_type TEXT NOT NULL,
  artifact_media_type TEXT NOT NULL, size INTEGER NOT NULL, pushed_ms INTEGER NOT NULL, refs TEXT NOT NULL,
  PRIMARY KEY (account, region, repository, digest));
CREATE TABLE IF NOT EXISTS ecr_tags (
  account TEXT NOT NULL, region TEXT NOT NULL, repository TEXT NOT NULL, tag TEXT NOT NULL, digest TEXT NOT NULL,
  PRIMARY KEY (account, region, repository, tag));
CREATE TABLE IF NOT EXISTS ecr_layers (
  account TEXT NOT NULL, region TEXT NOT NULL, repository TEXT NOT NULL, digest TEXT NOT NULL, size INTEGER NOT NULL,
  PRIMARY KEY (account, region, repository, digest));
CREATE TABLE IF NOT EXISTS ecr_uploads (
  id TEXT PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, repository TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS ecr_settings (
  account TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (account, region, name));
)";

std::string Repository::arn() const
{
  return fmt::format("arn:aws:ecr:{}:{}:repository/{}", owner.region, owner.account, name);
}

bool Repository::may_move(const std::string& tag) const
{
  const std::string mutability = settings.value("imageTagMutability", "MUTABLE");
  const Json filters = settings.value("imageTagMutabilityExclusionFilters", Json::array());
  const bool excluded = std::any_of(filters.begin(), filters.end(),
                                    [&](const Json& filter) { return ::fnmatch(filter.value("filter", "").c_str(), tag.c_str(), 0) == 0; });
  return mutability.starts_with("MUTABLE") ? !(mutability == "MUTABLE_WITH_EXCLUSION" && excluded)
                                           : mutability == "IMMUTABLE_WITH_EXCLUSION" && excluded;
}

Result<std::vector<Repository>> load_repositories(store::Connection& connection, const Owner& owner)
{
  DAVIT_TRY_ASSIGN(
      auto rows, connection.query("SELECT name, created_ms, settings FROM ecr_repositories WHERE account = ? AND region = ? ORDER BY name",
                                  owner.account, owner.region));
  std::vector<Repository> out;
  while (true) {
    DAVIT_TRY_ASSIGN(const bool more, rows.step());
    if (!more) {
      return out;
    }
    out.push_back(repository_of(rows, owner));
  }
}

Result<std::optional<Repository>> find_repository(store::Connection& connection, const Owner& owner, const std::string& name)
{
  DAVIT_TRY_ASSIGN(auto rows,
                   connection.query("SELECT name, created_ms, settings FROM ecr_repositories WHERE account = ? AND region = ? AND name = ?",
                                    owner.account, owner.region, name));
  DAVIT_TRY_ASSIGN(const bool found, rows.step());
  return found ? std::optional(repository_of(rows, owner)) : std::nullopt;
}

Status save_repository(store::Connection& connection, const Repository& repository)
{
  return connection.execute("INSERT OR REPLACE INTO ecr_repositories (account, region, name, created_ms, settings) VALUES (?, ?, ?, ?, ?)",
                            repository.owner.account, repository.owner.region, repository.name, repository.created_ms,
                            dump_json(repository.settings));
}

Status erase_repository(store::Connection& connection, const Repository& repository)
{
  for (const char* table : {"ecr_images", "ecr_tags", "ecr_layers", "ecr_uploads"}) {
    DAVIT_TRY(connection.execute(fmt::format("DELETE FROM {} WHERE account = ? AND region = ? AND repository = ?", table),
                                 repository.owner.account, repository.owner.region, repository.name));
  }
  return connection.execute("DELETE FROM ecr_repositories WHERE account = ? AND region = ? AND name = ?", repository.owner.account,
                            repository.owner.region, repository.name);
}

Result<std::vector<StoredImage>> load_images(store::Connection& connection, const Repository& repository)
{
  std::vector<StoredImage> out;
  {
    DAVIT_TRY_ASSIGN(auto rows, connection.query("SELECT digest, media_type, artifact_media_type, size, pushed_ms, refs FROM ecr_images "
                                                 "WHERE account = ? AND region = ? AND repository = ? ORDER BY pushed_ms, digest",
                                                 repository.owner.account, repository.owner.region, repository.name));
    while (true) {
      DAVIT_TRY_ASSIGN(const bool more, rows.step());
      if (!more) {
        break;
      }
      out.push_back(image_of(rows));
    }
  }
  for (auto& image : out) {
    DAVIT_TRY(load_tags(connection, repository, image));
  }
  return out;
}

Result<std::optional<StoredImage>> find_image(store::Connection& connection, const Repository& repository, const std::string& version)
{
  std::optional<StoredImage> image;
  {
    DAVIT_TRY_ASSIGN(
        auto rows,
        connection.query("SELECT digest, media_type, artifact_media_type, size, pushed_ms, refs FROM ecr_images "
                         "WHERE account = ?1 AND region = ?2 AND repository = ?3 AND digest = coalesce((SELECT digest FROM ecr_tags "
                         "WHERE account = ?1 AND region = ?2 AND repository = ?3 AND tag = ?4), ?4)",
                         repository.owner.account, repository.owner.region, repository.name, version));
    DAVIT_TRY_ASSIGN(const bool found, rows.step());
    if (!found) {
      return std::nullopt;
    }
    image = image_of(rows);
  }
  DAVIT_TRY(load_tags(connection, repository, *image));
  return image;
}

Status save_image(store::Connection& connection, const Repository& repository, const StoredImage& image)
{
  return connection.execute(
      "INSERT OR REPLACE INTO ecr_images (account, region, repository, digest, media_type, artifact_media_type, size, pushed_ms, refs) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      repository.owner.account, repository.owner.region, repository.name, image.digest, image.media_type, image.artifact_media_type,
      image.size, image.pushed_ms, Json(image.references).dump());
}

Status erase_image(store::Connection& connection, const Repository& repository, const std::string& digest)
{
  DAVIT_TRY(connection.execute("DELETE FROM ecr_tags WHERE account = ? AND region = ? AND repository = ? AND digest = ?",
                               repository.owner.account, repository.owner.region, repository.name, digest));
  return connection.execute("DELETE FROM ecr_images WHERE account = ? AND region = ? AND repository = ? AND digest = ?",
                            repository.owner.account, repository.owner.region, repository.name, digest);
}

Status move_tag(store::Connection& connection, const Repository& repository, const std::string& tag, const std::string& digest)
{
  return connection.execute("INSERT OR REPLACE INTO ecr_tags (account, region, repository, tag, digest) VALUES (?, ?, ?, ?, ?)",
                            repository.owner.account, repository.owner.region, repository.name, tag, digest);
}

Status erase_tag(store::Connection& connection, const Repository& repository, const std::string& tag)
{
  return connection.execute("DELETE FROM ecr_tags WHERE account = ? AND region = ? AND repository = ? AND tag = ?",
                            repository.owner.account, repository.owner.region, repository.name, tag);
}

Result<std::optional<std::int64_t>> find_layer(store::Connection& connection, const Repository& repository, const std::string& digest)
{
  DAVIT_TRY_ASSIGN(auto rows,
                   connection.query("SELECT size FROM ecr_layers WHERE account = ? AND region = ? AND repository = ? AND digest = ?",
                                    repository.owner.account, repository.owner.region, repository.name, digest));
  DAVIT_TRY_ASSIGN(const bool found, rows.step());
  return found ? std::optional(rows.integer(0)) : std::nullopt;
}

Status save_layer(store::Connection& connection, const Repository& repository, const std::string& digest, std::int64_t size)
{
  return connection.execute("INSERT OR REPLACE INTO ecr_layers (account, region, repository, digest, size) VALUES (?, ?, ?, ?, ?)",
                            repository.owner.account, repository.owner.region, repository.name, digest, size);
}

Status save_upload(store::Connection& connection, const Repository& repository, const std::string& id)
{
  return connection.execute("INSERT OR REPLACE INTO ecr_uploads (id, account, region, repository) VALUES (?, ?, ?, ?)", id,
                            repository.owner.account, repository.owner.region, repository.name);
}

Result<bool> has_upload(store::Connection& connection, const Repository& repository, const std::string& id)
{
  DAVIT_TRY_ASSIGN(auto rows, connection.query("SELECT 1 FROM ecr_uploads WHERE id = ? AND account = ? AND region = ? AND repository = ?",
                                               id, repository.owner.account, repository.owner.region, repository.name));
  return rows.step();
}

Status erase_upload(store::Connection& connection, const std::string& id)
{
  return connection.execute("DELETE FROM ecr_uploads WHERE id = ?", id);
}

Result<std::optional<std::string>> find_setting(store::Connection& connection, const Owner& owner, const std::string& name)
{
  DAVIT_TRY_ASSIGN(auto rows, connection.query("SELECT value FROM ecr_settings WHERE account = ? AND region = ? AND name = ?",
                                               owner.account, owner.region, name));
  DAVIT_TRY_ASSIGN(const bool found, rows.step());
  return found ? std::optional(std::string(rows.text(0))) : std::nullopt;
}

Status save_setting(store::Connection& connection, const Owner& owner, const std::string& name, const std::string& value)
{
  return connection.execute("INSERT OR REPLACE INTO ecr_settings (account, region, name, value) VALUES (?, ?, ?, ?)", owner.account,
                            owner.region, name, value);
}

}  // namespace davit::aws::local::ecr
