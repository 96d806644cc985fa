// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cli/config/project.hpp"

/// The environment variables by which a handler learns the names of its resources: PRODUCTS_TABLE, JWT_SECRET_ARN, DOCUMENTS_BUCKET,
/// WORKER_FUNCTION.
namespace davit::cli::config {

/// "category-index" and "TABLE" make CATEGORY_INDEX_TABLE.
std::string variable_name(std::string_view key, std::string_view suffix);

/// The handler's variables for tables, buckets and the functions that it may call: physical names. Secrets are left to secret_variables().
std::map<std::string, std::string> resource_variables(const Project& project, const std::string& function = "handler");

/// The handler's variables for secrets, by key of `secrets` in `arns`: their ARNs, never their values.
std::map<std::string, std::string> secret_variables(const std::map<std::string, std::string>& arns);

/// Variables that two keys of the file would both set, with the paths of those keys.
std::map<std::string, std::vector<std::string>> shared_variables(const Project& project);

}  // namespace davit::cli::config
