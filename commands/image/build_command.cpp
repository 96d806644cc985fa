// SPDX-License-Identifier: Apache-2.0
// The command line of `davit image build`; what it does is in build.cpp.
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <charconv>
#include <cstdlib>
#include <memory>

#include "cli/term/progress.hpp"
#include "commands/image/build.hpp"
#include "commands/image/build_outputs.hpp"
#include "commands/image/size_text.hpp"
#include "commands/image/zip_archive.hpp"

namespace davit::commands::image {
namespace {

cli::CommandDoc build_command_doc()
{
  return {
      .summary = "Build the handler's container image into an OCI layout, or its zip package",
      .description =
          "Needs no Docker and no privileges. The base is a layout (oci:DIR), scratch, or an image of a registry, which is fetched once into .davit/bases "
          "with the logins of docker login, podman login and skopeo login; of an index the image for handler.architecture is taken. A tag is asked for "
          "each time, a digest never again.\n"
          "The layers are the base's own, AWS's runtime interface client where the base has none, the "
          "wheels of the requirements file for the image's Python (by pip or uv, as wheels only), and the files of handler.source under /var/task.\n"
          "Python files are compiled by the base's own Python, and their bytecode stays valid whatever times the layer's files have: Lambda's "
          "root cannot be written to, so that what is not compiled here is compiled at every cold start. Where the base's Python does not run "
          "on this machine, one of the same version here does it; without one the bytecode is left out, and a note says so.\n"
          "What stays out of the image: version control (.git and its kin), .davit, .terraform, virtual environments, caches such as "
          "__pycache__, editor files, .env files, which hold secrets, and empty folders. .davitignore files in handler.source and its folders "
          "name more, in the patterns of a .gitignore; !PATTERN takes something back in. --dry-run and -o json list what stayed out.\n"
          "The same input gives the same digest on every machine; SOURCE_DATE_EPOCH sets the time of all files (default 0). Wheels that "
          "were installed once come from .davit/cache until the requirements, the base, the architecture, that time or the "
          "installer's own settings change; --refresh makes every layer again. With a davit.lock (see `image lock`) exactly its wheels and base are taken.\n"
          "Each installer reads its own settings: pip PIP_* variables and pip.conf, uv UV_* variables and uv.toml. Wheels that davit.lock names give the "
          "same layer by both; without it they may choose other versions.\n"
          "Where handler.package is zip, the same makes .davit/zip/<tag>/function.zip, and for a requirements file layer.zip, a Lambda layer with "
          "the wheels below python/. Wheels are chosen for the Python and the C library of handler.runtime (python3.12 when left out, for native "
          "handlers provided.al2023); the program of a native handler is named bootstrap. Files have mode 0644 or 0755 and one time, "
          "SOURCE_DATE_EPOCH or 1980 where that is earlier. Only a Python of the runtime's version, on this machine's PATH or kept by uv, can compile for it. -o json "
          "lists the archives with size, unzippedSize and codeSha256, which is what Lambda calls CodeSha256.\n"
          "--docker-archive writes the image for docker load, podman and the AWS CDK, under the name of image.repository and the tag. --sbom "
          "writes what Python distributions and Debian packages the image or zip package holds, from their own metadata, as CycloneDX 1.6 in JSON.",
      .examples = {{"davit image build", "Into .davit/image, tagged with the environment's name or `latest`"},
                   {"davit image build --env prod --out dist/image --tag v12 -o json", "Elsewhere, for a script"},
                   {"davit image build --docker-archive image.tar --sbom image.cdx.json", "For a machine with Docker, and for a scanner"},
                   {"davit image build --dry-run", "What would be installed and built"}},
      .changes = cli::Changes::something};
}

struct BuildFlags {
  std::filesystem::path out;
  std::string tag;
  std::string installer;
  bool refresh = false;
  BuildOutputs outputs;
  cli::ChangeFlags change;
};

OrderedJson layers_json(const BuildResponse& response)
{
  OrderedJson layers = OrderedJson::array();
  for (const auto& built : response.layers) {
    layers.push_back(
        {{"digest", built.layer.descriptor.digest}, {"size", built.layer.descriptor.size}, {"kind", built.kind}, {"cached", built.cached}});
  }
  return layers;
}

OrderedJson archives_json(const BuildResponse& response)
{
  OrderedJson archives = OrderedJson::array();
  for (const auto& archive : response.archives) {
    archives.push_back({{"path", archive.path.string()},
                        {"kind", archive.kind},
                        {"size", archive.size},
                        {"unzippedSize", archive.unzipped_size},
                        {"codeSha256", code_sha256(archive.digest)}});
  }
  return archives;
}

cli::Table table_of(const BuildResponse& response)
{
  cli::Table table{.header = {"PART", "SIZE", "ORIGIN", "DIGEST"}, .rows = {}};
  for (const auto& built : response.layers) {
    table.rows.push_back(
        {built.kind, size_text(built.layer.descriptor.size), built.cached ? "unchanged" : "built", built.layer.descriptor.digest});
  }
  if (response.archives.empty()) {
    table.rows.push_back({"image", "", response.changed ? "built" : "unchanged", response.digest});
  }
  for (const auto& archive : response.archives) {
    table.rows.push_back({archive.path.filename(), size_text(archive.size), response.changed ? "built" : "unchanged", archive.path});
  }
  return table;
}

cli::Document document_of(const BuildResponse& response)
{
  return {.data = {{"digest", response.digest},
                   {"layout", response.reference()},
                   {"changed", response.changed},
                   {"layers", layers_json(response)},
                   {"archives", archives_json(response)},
                   {"notices", response.notices},
                   {"ignored", response.ignored}},
          .table = table_of(response)};
}

Result<BuildRequest> request_of(cli::Context& context, const BuildFlags& flags)
{
  BuildRequest request{.out = flags.out, .tag = flags.tag, .refresh = flags.refresh};
  DAVIT_TRY_ASSIGN(request.project, context.project());
  DAVIT_TRY_ASSIGN(request.mtime, source_date_epoch());
  DAVIT_TRY_ASSIGN(request.installer, installer_setting(flags.installer));
  request.state_directory = context.state_directory();
  request.open_registry = [&context](const std::string& host) { return access_to_pull(context, host); };
  return request;
}

Status show_notices(const BuildResponse& response, cli::Context& context)
{
  for (const auto& notice : response.notices) {
    if (!context.globals().quiet) {
      DAVIT_TRY(context.streams().err.write(fmt::format("davit: note: {}\n", notice)));
    }
  }
  return {};
}

Result<cli::Outcome> run(cli::Context& context, const BuildFlags& flags)
{
  DAVIT_TRY_ASSIGN(BuildRequest request, request_of(context, flags));
  DAVIT_TRY(check_outputs(*request.project, flags.outputs));
  if (flags.change.dry_run) {
    DAVIT_TRY_ASSIGN(BuildPlan planned, plan_build(request));
    const auto more = plan_outputs(flags.outputs);
    planned.plan.steps.insert(planned.plan.steps.end(), more.begin(), more.end());
    return cli::Outcome{.document = cli::dry_run_document(planned.plan)};
  }
  using Show = cli::Progress::Show;
  cli::Progress progress(context.streams(), context.globals().quiet ? Show::never : Show::on_terminal);
  request.progress = [&](std::string_view line) { progress.update(line); };
  const auto response = build(request);
  progress.clear();
  if (!response) {
    return fail(response.error());
  }
  DAVIT_TRY(write_outputs(request, *response, flags.outputs));
  DAVIT_TRY(show_notices(*response, context));
  return cli::Outcome{.document = document_of(*response)};
}

}  // namespace

Result<std::int64_t> source_date_epoch()
{
  const char* variable = std::getenv("SOURCE_DATE_EPOCH");
  const std::string_view text = variable == nullptr ? "" : variable;
  // A tar header holds 11 octal digits.
  constexpr std::int64_t k_latest = 077777777777;
  std::int64_t seconds = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (text.empty()) {
    return 0;
  }
  if (failed != std::errc{} || end != text.data() + text.size() || seconds < 0 || seconds > k_latest) {
    return fail(
        usage_error(fmt::format("SOURCE_DATE_EPOCH is '{}'", text), "expected seconds since 1970, for example: git log -1 --format=%ct"));
  }
  return seconds;
}

void add_build(CLI::App& group, cli::Registry& registry)
{
  CLI::App& command = registry.add(group, "build", build_command_doc());
  const auto flags = std::make_shared<BuildFlags>();
  command.add_option("--out", flags->out, "Folder of the OCI layout (default: .davit/image), or of the archives")->type_name("DIR");
  command
      .add_option("--tag", flags->tag,
                  "Tag in the layout, or folder of the archives in .davit/zip (default: the environment's name, else latest)")
      ->type_name("TAG");
  command.add_option("--docker-archive", flags->outputs.docker_archive, "Write the image as docker save would, for docker load")
      ->type_name("FILE");
  command.add_option("--sbom", flags->outputs.sbom, "Write the packages of the image or zip package as CycloneDX 1.6")->type_name("FILE");
  add_installer_flag(command, flags->installer);
  command.add_flag("--refresh", flags->refresh, "Make every layer again, even when nothing changed");
  cli::add_change_flags(command, flags->change, cli::Danger::mild);
  registry.bind(command, [flags](cli::Context& context) { return run(context, *flags); });
}

}  // namespace davit::commands::image
