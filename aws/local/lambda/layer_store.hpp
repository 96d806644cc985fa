// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "aws/core/result.hpp"
#include "aws/local/lambda/zip_package.hpp"
#include "aws/local/service.hpp"
#include "aws/local/store/database.hpp"

namespace davit::aws::local::lambda {

/// A published version of a layer, which never changes: https://docs.aws.amazon.com/lambda/latest/api/API_PublishLayerVersion.html
struct LayerVersion {
  std::string account;
  std::string region;
  std::string name;
  int version = 0;
  std::string description;
  std::string license;
  std::vector<std::string> runtimes;
  std::vector<std::string> architectures;
  std::string created;  ///< "2026-11-21T08:00:00.000+0000"
  StoredArchive archive;

  [[nodiscard]] std::string layer_arn() const;
  [[nodiscard]] std::string arn() const;
};

/// What a name or an ARN of a layer means, with the version where it has one.
struct LayerName {
  std::string account;  ///< empty for a bare name
  std::string region;
  std::string name;
  int version = 0;
};

/// "arn:aws:lambda:REGION:ACCOUNT:layer:NAME[:VERSION]", or a bare name.
std::optional<LayerName> parse_layer_name(std::string_view text);

/// The layers of every account and region.
class LayerStore
{
public:
  static Result<std::unique_ptr<LayerStore>> open(store::Database& database);

  /// Gives the version its number, one more than any that the layer ever had.
  Result<LayerVersion> publish(LayerVersion version);

  Result<std::optional<LayerVersion>> find(const Caller& caller, const std::string& name, int version);

  /// Newest first; of every layer where no name is given.
  Result<std::vector<LayerVersion>> versions(const Caller& caller, const std::string& name = {});

  /// Functions that use it go on. Nothing there is success, as in AWS.
  Status erase(const Caller& caller, const std::string& name, int version);

private:
  explicit LayerStore(store::Database& database) : m_database(database) {}
  store::Database& m_database;
};

}  // namespace davit::aws::local::lambda
