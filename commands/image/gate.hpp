// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "aws/core/result.hpp"
#include "aws/oci/layout.hpp"
#include "cli/config/project.hpp"

namespace davit::commands::image {

/// What Lambda would say about an image, known before it is pushed.
struct Finding {
  enum class Severity {
    refusal,  ///< CreateFunction, the first pull or every start fails
    warning,  ///< it works, and not as its owner thinks
  };
  std::string id;  ///< stable, of the list in the manual: "layer-media-type"
  Severity severity = Severity::refusal;
  std::string message;
  std::string file;  ///< path in the image, or the digest of the document; empty for the image as a whole
  std::string cure;
};

struct GateRequest {
  aws::oci::LayoutReference reference;
  std::optional<cli::config::Architecture> architecture = {};  ///< what the function runs on; nothing takes the image's own
  std::filesystem::path scratch = {};                          ///< where layers are uncompressed; empty means the system's place
};

struct GateReport {
  std::string digest;  ///< of what the tag names
  std::vector<Finding> findings;
  std::string noun = "image";  ///< what was looked at

  [[nodiscard]] bool is_refused() const;
};

/// Reads an image of a layout as Lambda would: documents, layers, files, the entrypoint, the handler, and what programs and libraries need
/// of the C library (docs.aws.amazon.com/lambda/latest/dg/images-create.html). Finds all there is to find, in a fixed order.
///
/// Errors: no such layout or image (not found), blobs that are missing or damaged (failed).
Result<GateReport> check_for_lambda(const GateRequest& request);

struct ZipPackage;

/// The same for a zip package and the handler of davit.yaml, which says what runtime it is for.
Result<GateReport> check_for_lambda(const ZipPackage& package, const cli::config::Handler& handler);

/// For what pushes or deploys: success when Lambda would take the image, else a failed error that names each refusal with its cure.
/// Warnings are the caller's to show.
Status refuse_findings(const GateReport& report);

}  // namespace davit::commands::image
