// SPDX-License-Identifier: Apache-2.0
#include "commands/image/gate.hpp"

#include <fmt/format.h>

#include "commands/image/gate_checks.hpp"

namespace davit::commands::image {
namespace {

namespace fs = std::filesystem;
namespace oci = aws::oci;

Status check_tree(const oci::Layout& layout, const ImageDocuments& documents, const GateRequest& request, Findings& findings)
{
  const fs::path scratch = request.scratch.empty() ? fs::temp_directory_path() : request.scratch;
  DAVIT_TRY_ASSIGN(const ImageTree tree, ImageTree::read(layout, documents.manifest.layers, documents.config.diff_ids, scratch));
  const StartedImage image = started_image(documents, tree);
  check_start(image, findings);
  check_handler(image, findings);
  check_files(image, findings);
  return {};
}

Diagnostic diagnostic_of(const Finding& finding)
{
  return {.file = finding.file.empty() ? finding.id : finding.file, .message = finding.message, .hint = finding.cure};
}

}  // namespace

bool GateReport::is_refused() const
{
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding& finding) { return finding.severity == Finding::Severity::refusal; });
}

Result<GateReport> check_for_lambda(const GateRequest& request)
{
  DAVIT_TRY_ASSIGN(const oci::Layout layout, oci::Layout::open(request.reference.directory));
  DAVIT_TRY_ASSIGN(const oci::Descriptor named, layout.choose(request.reference.tag));
  Findings findings;
  DAVIT_TRY_ASSIGN(const auto documents, check_documents(layout, named, request, findings));
  if (documents && documents->has_readable_layers) {
    DAVIT_TRY(check_tree(layout, *documents, request, findings));
  }
  return GateReport{.digest = named.digest, .findings = findings.take()};
}

Status refuse_findings(const GateReport& report)
{
  if (!report.is_refused()) {
    return {};
  }
  Error error = failed_error(fmt::format("Lambda would not run the {} {}", report.noun, report.digest),
                             "davit image check shows each finding with its id");
  for (const auto& finding : report.findings) {
    if (finding.severity == Finding::Severity::refusal) {
      error.diagnostics.push_back(diagnostic_of(finding));
    }
  }
  return fail(std::move(error));
}

}  // namespace davit::commands::image
