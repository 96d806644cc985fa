// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/config/runtime.hpp"
#include "commands/image/findings.hpp"
#include "commands/image/gate.hpp"
#include "commands/image/image_tree.hpp"

/// The parts of check_for_lambda(), in the order in which they run.
namespace davit::commands::image {

/// The documents of an image, of whichever family.
struct ImageDocuments {
  aws::oci::Manifest manifest;
  aws::oci::ImageConfig config;
  cli::config::Architecture architecture = cli::config::Architecture::x86_64;
  bool has_readable_layers = false;  ///< false when a media type or a count is so wrong that no file can be looked at
};

/// Media types, platform, number of layers. Nothing when there is no manifest to go on with.
Result<std::optional<ImageDocuments>> check_documents(const aws::oci::Layout& layout, const aws::oci::Descriptor& named,
                                                      const GateRequest& request, Findings& findings);

/// How the image starts a function.
struct StartedImage {
  const ImageDocuments& documents;
  const ImageTree& tree;
  std::vector<std::string> command;               ///< entrypoint and arguments
  std::optional<int> python_minor = {};           ///< of 3.x, when it is Python that runs the handler
  bool is_aws = false;                            ///< one of AWS's own bases, which start the handler by themselves
  const cli::config::Runtime* runtime = nullptr;  ///< of a zip package: what its tree does not hold, programs and libraries, is in there

  /// The folder that the function starts in.
  [[nodiscard]] std::string working_directory() const;
};

StartedImage started_image(const ImageDocuments& documents, const ImageTree& tree);

/// The program that starts, the folder it starts in, and on AWS's bases without a language the bootstrap.
void check_start(const StartedImage& image, Findings& findings);

/// Where Lambda's provided runtimes look for the program of a zip package.
inline constexpr std::string_view k_bootstrap_program = "/var/task/bootstrap";

/// That program, for a zip package.
void check_bootstrap(const StartedImage& image, Findings& findings);

/// The runtime interface client and the handler of a Python image.
void check_handler(const StartedImage& image, Findings& findings);

/// Permissions, sizes, libraries, bytecode and wheels.
void check_files(const StartedImage& image, Findings& findings);

}  // namespace davit::commands::image
