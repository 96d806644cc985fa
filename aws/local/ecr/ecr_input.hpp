// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "aws/local/ecr/registry.hpp"
#include "aws/local/fault.hpp"
#include "aws/local/service.hpp"

/// What the operations of ECR read of their requests, and the words in which ECR refuses it.
namespace davit::aws::local::ecr {

inline constexpr const char* k_invalid_parameter = "InvalidParameterException";

tl::unexpected<Fault> invalid_parameter(std::string_view member, std::string_view constraint);

Owner owner_of(const Caller& caller);

/// repositoryName, of the caller's registry or of registryId, which must exist.
Answer<Repository> repository_of(const Registry& registry, const Caller& caller, const Json& input);

/// repositoryName as CreateRepository takes it.
Answer<std::string> new_repository_name(const Json& input);

/// One element of imageIds.
struct ImageId {
  std::string digest;
  std::string tag;

  [[nodiscard]] Json to_json() const;
  /// What it is looked up by; empty when it names nothing.
  [[nodiscard]] const std::string& version() const { return digest.empty() ? tag : digest; }
};
Answer<std::vector<ImageId>> image_ids_of(const Json& input);

tl::unexpected<Fault> image_not_found(const ImageId& id, const Repository& repository);

/// maxResults and nextToken, whose value is where the next page begins.
struct Page {
  std::size_t first = 0;
  std::size_t count = 0;
};
Answer<Page> page_of(const Json& input, std::size_t total);

/// Adds nextToken when there is a further page.
void add_next_token(Json& output, const Page& page, std::size_t total);

double seconds_of(std::int64_t milliseconds);

}  // namespace davit::aws::local::ecr
