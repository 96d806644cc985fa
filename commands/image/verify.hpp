// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "aws/oci/layout.hpp"
#include "cli/command.hpp"
#include "commands/image/diff.hpp"
#include "commands/image/installer.hpp"
#include "commands/image/registry_base.hpp"

namespace davit::commands::image {

struct VerifyRequest {
  const cli::config::Project* project = nullptr;
  aws::oci::LayoutReference reference;                ///< the image to be held against the sources
  std::optional<std::filesystem::path> package = {};  ///< of a zip package, in place of the image
  std::filesystem::path work;                         ///< a folder for the build; nothing of an earlier one is used
  Installer installer = Installer::automatic;
  OpenRegistry open_registry = {};  ///< for a base that is in one, which is fetched anew
  Progress progress = {};
};

struct VerifyResponse {
  std::string expected;  ///< digest of the image
  std::string rebuilt;   ///< digest of what the sources and davit.lock give
  std::vector<std::string> notices;
  std::optional<ImageDifferences> differences;  ///< when the digests are not the same

  [[nodiscard]] bool is_same() const { return expected == rebuilt; }
};

/// Builds the image or the zip package again, with the times that it has, without any cache, and compares.
Result<VerifyResponse> verify(const VerifyRequest& request);

void add_verify(CLI::App& group, cli::Registry& registry);

}  // namespace davit::commands::image
