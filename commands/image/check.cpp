// SPDX-License-Identifier: Apache-2.0
#include "commands/image/check.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <memory>

#include "cli/choice.hpp"
#include "commands/image/gate.hpp"
#include "commands/image/image_reference.hpp"
#include "commands/image/zip_package.hpp"

namespace davit::commands::image {
namespace {

using cli::config::Architecture;

cli::CommandDoc check_doc()
{
  return {
      .summary = "Find what Lambda would refuse in an image or a zip package, before it is uploaded",
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
          "Of a zip package, where IMAGE may be FILE.zip or a folder with function.zip as well, and handler.runtime says what it runs in: "
          "unzipped-size (250 MB, function and layer), bootstrap-missing and bootstrap-permission for the provided runtimes, the same of files, "
          "ELF and the handler as above; upload-size, a warning: more than 50 MB go by S3.\n"
          "Warned about: setting-ignored, library-missing, extension-abi, pure-python-wheel, bytecode-stale; elf-machine and glibc-version "
          "of other libraries.",
      .examples = {{"davit image check", "The image that `davit image build` made here"},
                   {"davit image check dist/function.zip", "An archive that another tool made, held against handler.runtime"},
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

cli::Document document_of(const GateReport& report, const std::string& layout)
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
  return {.data = {{"digest", report.digest}, {"layout", layout}, {"refused", report.is_refused()}, {"findings", std::move(findings)}},
          .table = std::move(table),
          .list_member = "findings"};
}

cli::Outcome outcome_of(const GateReport& report, const std::string& layout)
{
  cli::Outcome outcome{.document = document_of(report, layout)};
  if (report.is_refused()) {
    outcome.failure = failed_error(fmt::format("Lambda would not run this {}", report.noun), "the cure of each refusal stands beside it");
  }
  return outcome;
}

/// What a package is to run in only davit.yaml says.
Result<cli::Outcome> check_package(cli::Context& context, const std::filesystem::path& path, const CheckFlags& flags)
{
  DAVIT_TRY_ASSIGN(const auto* project, context.project());
  if (!project->handler || project->handler->runtime.empty()) {
    return fail(usage_error(fmt::format("{} is a zip package, and davit.yaml names no runtime for one", path.string()),
                            "write handler.package: zip and handler.runtime"));
  }
  cli::config::Handler handler = *project->handler;
  DAVIT_TRY_ASSIGN(const auto architecture, architecture_of(context, flags));
  handler.architecture = architecture.value_or(handler.architecture);
  DAVIT_TRY_ASSIGN(const ZipPackage package, open_package(path));
  DAVIT_TRY_ASSIGN(const GateReport report, check_for_lambda(package, handler));
  return outcome_of(report, path.string());
}

Result<cli::Outcome> run(cli::Context& context, const CheckFlags& flags)
{
  DAVIT_TRY_ASSIGN(const auto package, package_path(context, flags.image));
  if (package) {
    return check_package(context, *package, flags);
  }
  DAVIT_TRY_ASSIGN(const auto reference, image_reference(context, flags.image));
  DAVIT_TRY_ASSIGN(const auto architecture, architecture_of(context, flags));
  auto report = check_for_lambda({.reference = reference, .architecture = architecture});
  if (!report) {
    Error error = std::move(report).error();
    return fail(error.kind == ErrorKind::not_found && error.hint.empty() ? std::move(error).with_hint("build one with: davit image build")
                                                                         : error);
  }
  const auto layout = std::filesystem::absolute(reference.directory).lexically_normal().string();
  return outcome_of(*report, layout + (reference.tag.empty() ? "" : ":" + reference.tag));
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
