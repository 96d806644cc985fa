// SPDX-License-Identifier: Apache-2.0
#include "commands/image/check.hpp"

#include <CLI/App.hpp>
#include <memory>

#include "cli/choice.hpp"
#include "commands/image/gate.hpp"
#include "commands/image/image_reference.hpp"

namespace davit::commands::image {
namespace {

using cli::config::Architecture;

cli::CommandDoc check_doc()
{
  return {
      .summary = "Find what Lambda would refuse in an image, before it is pushed",
      .description =
          "Reads the documents, layers and files of an image in an OCI layout as Lambda would, offline. IMAGE is as of `image inspect`: any "
          "tool's layout, or a tag of the project's own. Each finding has an id, a message, the file and a cure. Exit 1 when there is a "
          "refusal; warnings alone are exit 0.\n"
          "Refused: manifest-index, manifest-media-type, config-media-type, media-type-family, layer-media-type (zstd, uncompressed or "
          "foreign), layer-count, image-size (10 GB uncompressed), os, architecture; entrypoint-missing, entrypoint-relative, "
          "entrypoint-symlink, entrypoint-permission, entrypoint-format, entrypoint-interpreter, loader-missing, working-directory, "
          "bootstrap-missing, bootstrap-symlink, bootstrap-permission; file-permission and folder-permission below /var/task, /opt and the "
          "working directory; elf-machine and glibc-version of the program and of Python's extension modules; runtime-client-missing, "
          "runtime-client-abi, handler-missing, handler-form, handler-module, handler-function.\n"
          "Warned about: setting-ignored, library-missing, extension-abi, pure-python-wheel, bytecode-stale; elf-machine and glibc-version "
          "of other libraries.",
      .examples = {{"davit image check", "The image that `davit image build` made here"},
                   {"davit image check oci:dist/image:v12 --architecture arm64 -o json", "Any layout, for a script"},
                   {"skopeo copy docker-archive:image.tar oci:copy:v1 && davit image check oci:copy:v1", "What docker save wrote"}}};
}

struct CheckFlags {
  std::string image;
  std::string architecture;
};

Result<std::optional<Architecture>> architecture_of(cli::Context& context, const CheckFlags& flags)
{
  if (!flags.architecture.empty()) {
    return flags.architecture == "arm64" ? Architecture::arm64 : Architecture::x86_64;
  }
  if (!flags.image.empty() && names_layout(flags.image)) {
    return std::nullopt;
  }
  DAVIT_TRY_ASSIGN(const cli::config::Project* project, context.project_if_any());
  return project != nullptr && project->handler ? std::optional(project->handler->architecture) : std::nullopt;
}

std::string severity_name(Finding::Severity severity)
{
  return severity == Finding::Severity::refusal ? "refusal" : "warning";
}

OrderedJson to_json(const Finding& finding)
{
  return {{"id", finding.id},
          {"severity", severity_name(finding.severity)},
          {"message", finding.message},
          {"file", finding.file.empty() ? OrderedJson(nullptr) : OrderedJson(finding.file)},
          {"cure", finding.cure}};
}

cli::Document document_of(const GateReport& report, const aws::oci::LayoutReference& reference)
{
  OrderedJson findings = OrderedJson::array();
  cli::Table table{.header = {"SEVERITY", "ID", "FILE", "MESSAGE", "CURE"}, .rows = {}};
  for (const auto& finding : report.findings) {
    findings.push_back(to_json(finding));
    table.rows.push_back({severity_name(finding.severity), finding.id, finding.file, finding.message, finding.cure});
  }
  if (table.rows.empty()) {
    table.rows.push_back({"none", "", "", "nothing found that Lambda would refuse", ""});
  }
  const auto layout = std::filesystem::absolute(reference.directory).lexically_normal().string();
  return {.data = {{"digest", report.digest},
                   {"layout", layout + (reference.tag.empty() ? "" : ":" + reference.tag)},
                   {"refused", report.is_refused()},
                   {"findings", std::move(findings)}},
          .table = std::move(table),
          .list_member = "findings"};
}

Result<cli::Outcome> run(cli::Context& context, const CheckFlags& flags)
{
  DAVIT_TRY_ASSIGN(const auto reference, image_reference(context, flags.image));
  DAVIT_TRY_ASSIGN(const auto architecture, architecture_of(context, flags));
  auto report = check_for_lambda({.reference = reference, .architecture = architecture});
  if (!report) {
    Error error = std::move(report).error();
    return fail(error.kind == ErrorKind::not_found && error.hint.empty() ? std::move(error).with_hint("build one with: davit image build")
                                                                         : error);
  }
  cli::Outcome outcome{.document = document_of(*report, reference)};
  if (report->is_refused()) {
    outcome.failure = failed_error("Lambda would not run this image", "the cure of each refusal stands beside it");
  }
  return outcome;
}

}  // namespace

void add_check(CLI::App& group, cli::Registry& registry)
{
  CLI::App& command = registry.add(group, "check", check_doc());
  const auto flags = std::make_shared<CheckFlags>();
  command.add_option("image", flags->image, "Layout, or tag of the project's own layout")->type_name("IMAGE");
  command
      .add_option("--architecture", flags->architecture, "What the function runs on (default: handler.architecture, or the image's own)")
      ->type_name("NAME")
      ->check(cli::one_of({"x86_64", "arm64"}));
  registry.bind(command, [flags](cli::Context& context) { return run(context, *flags); });
}

}  // namespace davit::commands::image
