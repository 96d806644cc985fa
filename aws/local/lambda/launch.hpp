// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "aws/core/result.hpp"
#include "aws/local/lambda/function.hpp"
#include "aws/local/lambda/image_cache.hpp"
#include "aws/local/lambda/isolation.hpp"

namespace davit::aws::local::lambda {

using Environment = std::map<std::string, std::string>;

/// Everything about a handler's process that is decided before the fork.
struct LaunchPlan {
  Isolation isolation = Isolation::process;
  std::filesystem::path root;     ///< the unpacked image
  std::filesystem::path scratch;  ///< becomes the process's own /tmp where mounting is allowed
  std::string working_directory;  ///< inside the root; with Isolation::process a path of this machine
  std::vector<std::string> command;
  std::vector<std::string> candidates;  ///< paths to try for command[0]
  Environment environment;
};

/// What differs from one sandbox of a function to the next.
struct SandboxIdentity {
  std::string runtime_api;  ///< host:port
  std::string endpoint;     ///< AWS_ENDPOINT_URL
  std::string log_stream;
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;
};

/// Image settings, overridden by ImageConfig; environment as the Runtime API's documentation lists it, then the image's, then the
/// function's. A zip package runs as a plain process whatever the isolation.
/// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime A usage error where a plain
/// process cannot stand in for the image, or a Python runtime has no such Python here.
Result<LaunchPlan> plan_launch(const Function& function, const UnpackedImage& image, const SandboxIdentity& identity, Isolation isolation);

/// The programs in /opt/extensions of the image, by name: https://docs.aws.amazon.com/lambda/latest/dg/extensions-api-partners.html
std::vector<std::string> external_extensions(const UnpackedImage& image);

/// One of them, in the environment of the function's handler as far as extensions have that.
LaunchPlan plan_extension(LaunchPlan handler, const std::string& name);

}  // namespace davit::aws::local::lambda
