// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string_view>

#include "aws/core/result.hpp"
#include "aws/local/lambda/code_store.hpp"
#include "aws/local/lambda/zip_package.hpp"

namespace davit::aws::local::lambda {

/// What starts a package of a provided runtime, and what stands in for the client of a Python runtime.
inline constexpr std::string_view k_bootstrap_path = "/var/task/bootstrap";
inline constexpr std::string_view k_layer_bootstrap_path = "/opt/bootstrap";
inline constexpr std::string_view k_python_client_path = "/var/runtime/bootstrap.py";

/// Unzips the function into var/task and its layers, one over the other, into opt; a Python runtime gets its client.
Status unzip_package(const ZipPackage& package, const CodeStore& code, const std::filesystem::path& root);

/// True when function or layers bring AWS's own client, awslambdaric.
bool brings_python_client(const std::filesystem::path& root, std::string_view python_version);

}  // namespace davit::aws::local::lambda
