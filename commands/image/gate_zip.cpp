// SPDX-License-Identifier: Apache-2.0
// What Lambda says about a zip package (docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html, "Deployment package", and
// .../runtimes-custom.html). Its files are looked at where Lambda unzips them, as those of an image are.
#include <fmt/format.h>

#include "aws/zip/limits.hpp"
#include "commands/image/gate_checks.hpp"
#include "commands/image/zip_package.hpp"

namespace davit::commands::image {
namespace {

namespace zip = aws::zip;
using cli::config::Handler;

void check_sizes(const ZipPackage& package, Findings& findings)
{
  if (const std::uint64_t size = package.unzipped_size(); size > zip::k_most_unzipped_bytes) {
    findings.refuse("unzipped-size",
                    fmt::format("function and layer have {} bytes unzipped, and Lambda takes {}", size, zip::k_most_unzipped_bytes), "",
                    "leave out what the function does not need (.davitignore), or write handler.package: image, which takes 10 GB");
  }
  for (const auto& archive : package.archives) {
    if (const std::size_t size = archive.file.bytes().size(); size > zip::k_most_uploaded_bytes) {
      findings.warn("upload-size",
                    fmt::format("the archive has {} bytes, and Lambda takes {} in a call of its API", size, zip::k_most_uploaded_bytes),
                    archive.path.string(), "upload it to S3, and name bucket and key instead");
    }
  }
}

/// How Lambda's runtime starts the function, told as an image would tell it.
ImageDocuments documents_of(const Handler& handler)
{
  ImageDocuments documents{.manifest = {}, .config = {}, .architecture = handler.architecture, .has_readable_layers = true};
  documents.config.working_directory = "/var/task";
  if (const auto path = handler.environment.find("PYTHONPATH"); path != handler.environment.end()) {
    documents.config.set_variable("PYTHONPATH", path->second);
  }
  return documents;
}

StartedImage started_package(const ImageDocuments& documents, const ImageTree& tree, const Handler& handler)
{
  const auto* runtime = cli::config::runtime_named(handler.runtime);
  StartedImage image{.documents = documents, .tree = tree, .command = {std::string(k_bootstrap_program)}, .runtime = runtime};
  if (runtime != nullptr && runtime->python_minor != 0) {
    image.command = {"/lambda-entrypoint.sh", handler.entry};
    image.python_minor = runtime->python_minor;
    image.is_aws = true;
  }
  return image;
}

}  // namespace

Result<GateReport> check_for_lambda(const ZipPackage& package, const Handler& handler)
{
  Findings findings;
  check_sizes(package, findings);
  DAVIT_TRY_ASSIGN(const ImageTree tree, tree_of(package));
  const ImageDocuments documents = documents_of(handler);
  const StartedImage image = started_package(documents, tree, handler);
  if (image.python_minor) {
    check_handler(image, findings);
  } else {
    check_bootstrap(image, findings);
  }
  check_files(image, findings);
  return GateReport{.digest = package.digest(), .findings = findings.take(), .noun = "zip package"};
}

}  // namespace davit::commands::image
