// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "cli/yaml/scalar.hpp"

/// What the texts of davit.yaml may be.
namespace davit::cli::config {

using yaml::Complaint;

/// One rule, twice: as code that says what is wrong, and as words of JSON Schema for other programs. A test holds the two against each
/// other; the code may refuse more than those words can say. Patterns keep to what the regular expressions of every language read alike
/// (JSON Schema Core, section 6.4): no lookahead, no escape of one language.
struct TextRule {
  std::string_view pattern;
  std::optional<Complaint> (*check)(std::string_view text);
  std::size_t minimum_length = 0;
  std::size_t maximum_length = 0;  ///< 0: none
  std::string_view but_not = {};   ///< pattern of what is refused all the same
};

extern const TextRule k_project_name;  ///< the prefix of every resource
extern const TextRule k_environment_name;
extern const TextRule k_region;         ///< a DNS label, as it becomes part of a host name
extern const TextRule k_account;        ///< 12 digits
extern const TextRule k_relative_path;  ///< inside the project
extern const TextRule k_image_base;     ///< registry reference, scratch, or oci:DIR[:TAG]
extern const TextRule k_entry;          ///< the handler within the package
extern const TextRule k_variable_name;  ///< of a Lambda environment variable
extern const TextRule k_repository;     ///< of ECR
extern const TextRule k_table_key;      ///< last part of a DynamoDB table's name
extern const TextRule k_index_name;     ///< of a DynamoDB index
extern const TextRule k_secret_key;     ///< last part of a Secrets Manager name
extern const TextRule k_function_key;   ///< last part of a Lambda function's name
extern const TextRule k_bucket_key;     ///< last part of an S3 bucket's name
extern const TextRule k_profile_name;   ///< of a token profile
extern const TextRule k_query_name;     ///< of Logs Insights
extern const TextRule k_not_empty;
extern const TextRule k_stage;      ///< of an API
extern const TextRule k_route;      ///< "GET /path"
extern const TextRule k_operation;  ///< of a route
extern const TextRule k_origin;     ///< of CORS
extern const TextRule k_https_url;  ///< of an issuer
extern const TextRule k_email;
extern const TextRule k_instance_class;  ///< of RDS
extern const TextRule k_tag_key;         ///< of a resource tag
extern const TextRule k_tag_value;
extern const TextRule k_algorithm;  ///< of JWS

/// Names that no Lambda environment variable may have. The local Lambda has a list of its own, as neither folder stands on the other; a
/// test holds the two together.
extern const std::span<const std::string_view> k_reserved_variable_names;

}  // namespace davit::cli::config
