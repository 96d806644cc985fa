// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cli/config/project.hpp"

/// The environment variables by which a handler learns the names of its resources: PRODUCTS_TABLE, DOCUMENTS_BUCKET, WORKER_FUNCTION,
/// JWT_SECRET_ARN.
namespace davit::cli::config {

/// "category-index" and "TABLE" make CATEGORY_INDEX_TABLE.
std::string variable_name(std::string_view key, std::string_view suffix);

/// All of them for the project, each with the path of the key that it comes from.
std::map<std::string, std::string> derived_variables(const Project& project);

/// Variables that two keys of the file would both set, with the paths of those keys.
std::map<std::string, std::vector<std::string>> shared_variables(const Project& project);

}  // namespace davit::cli::config
