// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/layer_store.hpp"

#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>
#include <regex>

namespace davit::aws::local::lambda {
namespace {

// A deleted version keeps its row, without a document, because numbers are never used again.
constexpr const char* k_layer_schema = R"(
CREATE TABLE IF NOT EXISTS layer_versions (
  account TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL, version INTEGER NOT NULL, document TEXT NOT NULL,
  PRIMARY KEY (account, region, name, version));
)";

Json to_json(const LayerVersion& version)
{
  return {{"account", version.account},
          {"region", version.region},
          {"name", version.name},
          {"version", version.version},
          {"description", version.description},
          {"license", version.license},
          {"runtimes", version.runtimes},
          {"architectures", version.architectures},
          {"created", version.created},
          {"archive", to_json(version.archive)}};
}

Result<LayerVersion> layer_version_of(std::string_view text)
{
  try {
    const Json document = Json::parse(text);
    return LayerVersion{.account = document.at("account"),
                        .region = document.at("region"),
                        .name = document.at("name"),
                        .version = document.at("version"),
                        .description = document.at("description"),
                        .license = document.at("license"),
                        .runtimes = document.at("runtimes"),
                        .architectures = document.at("architectures"),
                        .created = document.at("created"),
                        .archive = archive_from_json(document.at("archive"))};
  } catch (const Json::exception& e) {
    return fail(failed_error(std::string("a stored layer cannot be read: ") + e.what(), "start from nothing: davit local reset"));
  }
}

Result<std::vector<LayerVersion>> layer_versions_of(store::Statement rows)
{
  std::vector<LayerVersion> versions;
  while (true) {
    DAVIT_TRY_ASSIGN(const bool more, rows.step());
    if (!more) {
      return versions;
    }
    DAVIT_TRY_ASSIGN(LayerVersion version, layer_version_of(rows.text(0)));
    versions.push_back(std::move(version));
  }
}

}  // namespace

std::string LayerVersion::layer_arn() const
{
  return fmt::format("arn:aws:lambda:{}:{}:layer:{}", region, account, name);
}

std::string LayerVersion::arn() const
{
  return fmt::format("{}:{}", layer_arn(), version);
}

std::optional<LayerName> parse_layer_name(std::string_view text)
{
  static const std::regex k_name("(?:arn:aws[a-z-]*:lambda:([a-z0-9-]+):([0-9]{12}):layer:)?([A-Za-z0-9_-]{1,140})(?::([0-9]{1,9}))?");
  std::match_results<std::string_view::const_iterator> match;
  if (!std::regex_match(text.begin(), text.end(), match, k_name)) {
    return std::nullopt;
  }
  return LayerName{.account = match[2].str(),
                   .region = match[1].str(),
                   .name = match[3].str(),
                   .version = match[4].matched ? std::stoi(match[4].str()) : 0};
}

Result<std::unique_ptr<LayerStore>> LayerStore::open(store::Database& database)
{
  DAVIT_TRY(database.create(k_layer_schema));
  return std::unique_ptr<LayerStore>(new LayerStore(database));
}

Result<LayerVersion> LayerStore::publish(LayerVersion version)
{
  DAVIT_TRY_ASSIGN(auto transaction, m_database.write());
  {
    DAVIT_TRY_ASSIGN(auto rows, transaction->query("SELECT COALESCE(MAX(version), 0) FROM layer_versions WHERE account = ? AND region = ? "
                                                   "AND name = ?",
                                                   version.account, version.region, version.name));
    DAVIT_TRY(rows.step());
    version.version = static_cast<int>(rows.integer(0)) + 1;
  }
  DAVIT_TRY(transaction->execute("INSERT INTO layer_versions (account, region, name, version, document) VALUES (?, ?, ?, ?, ?)",
                                 version.account, version.region, version.name, version.version, to_json(version).dump()));
  DAVIT_TRY(transaction.commit());
  return version;
}

Result<std::optional<LayerVersion>> LayerStore::find(const Caller& caller, const std::string& name, int version)
{
  DAVIT_TRY_ASSIGN(const auto transaction, m_database.read());
  DAVIT_TRY_ASSIGN(auto rows, transaction->query("SELECT document FROM layer_versions WHERE account = ? AND region = ? AND name = ? AND "
                                                 "version = ? AND document != ''",
                                                 caller.account_id, caller.region, name, version));
  DAVIT_TRY_ASSIGN(auto found, layer_versions_of(std::move(rows)));
  return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

Result<std::vector<LayerVersion>> LayerStore::versions(const Caller& caller, const std::string& name)
{
  DAVIT_TRY_ASSIGN(const auto transaction, m_database.read());
  DAVIT_TRY_ASSIGN(auto rows, transaction->query("SELECT document FROM layer_versions WHERE account = ? AND region = ? AND "
                                                 "(? = '' OR name = ?) AND document != '' ORDER BY name, version DESC",
                                                 caller.account_id, caller.region, name, name));
  return layer_versions_of(std::move(rows));
}

Status LayerStore::erase(const Caller& caller, const std::string& name, int version)
{
  DAVIT_TRY_ASSIGN(auto transaction, m_database.write());
  DAVIT_TRY(transaction->execute("UPDATE layer_versions SET document = '' WHERE account = ? AND region = ? AND name = ? AND version = ?",
                                 caller.account_id, caller.region, name, version));
  return transaction.commit();
}

}  // namespace davit::aws::local::lambda
