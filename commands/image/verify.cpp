// SPDX-License-Identifier: Apache-2.0
#include "commands/image/verify.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <memory>

#include "aws/core/time.hpp"
#include "cli/term/progress.hpp"
#include "commands/image/build.hpp"
#include "commands/image/image_reference.hpp"
#include "commands/image/zip_package.hpp"

namespace davit::commands::image {
namespace {

namespace fs = std::filesystem;
namespace oci = aws::oci;

cli::CommandDoc verify_doc()
{
  return {
      .summary = "Build the image again and prove that it is the same",
      .description =
          "Makes every layer anew, from the sources as they are here and the wheels of davit.lock, with the times that the image has, and "
          "compares the digests. IMAGE is as of `image inspect`. Exit 1 when another image comes out; the files and settings that differ "
          "are listed. Without davit.lock pip chooses wheels as of today, and a note says so. A zip package is built again in the same way.",
      .examples = {{"davit image verify", "Is the image here what the sources say?"},
                   {"davit image verify oci:released:v12 --env prod -o json", "A released image, in a checkout of its commit"}}};
}

/// SOURCE_DATE_EPOCH of the build that made the image.
Result<std::int64_t> time_of(const oci::Image& image)
{
  const auto created = parse_time(image.config.created);
  if (!created) {
    return fail(failed_error(
        fmt::format("the image {} has the creation time '{}', which davit would not write", image.descriptor.digest, image.config.created),
        "verify an image that davit image build made"));
  }
  return std::chrono::duration_cast<std::chrono::seconds>(created->time_since_epoch()).count();
}

std::string architecture_of(const cli::config::Project& project)
{
  const bool is_arm = project.handler && project.handler->architecture == cli::config::Architecture::arm64;
  return is_arm ? "arm64" : "amd64";
}

OrderedJson to_json(const VerifyResponse& response)
{
  OrderedJson data{
      {"same", response.is_same()}, {"digest", response.expected}, {"rebuilt", response.rebuilt}, {"notices", response.notices}};
  data.update(to_json(response.differences.value_or(ImageDifferences{})));
  return data;
}

cli::Table to_table(const VerifyResponse& response)
{
  if (response.differences) {
    cli::Table table = to_table(*response.differences);
    table.rows.push_back({"digest", "", response.expected, response.rebuilt, ""});
    return table;
  }
  return {.header = {}, .rows = {{"image", response.expected}, {"rebuilt", "the same, bit by bit"}}};
}

struct VerifyFlags {
  std::string image;
  std::string installer;
};

Result<cli::Outcome> run(cli::Context& context, const VerifyFlags& flags)
{
  VerifyRequest request;
  DAVIT_TRY_ASSIGN(request.installer, installer_setting(flags.installer));
  DAVIT_TRY_ASSIGN(request.project, context.project());
  DAVIT_TRY_ASSIGN(request.package, package_path(context, flags.image));
  if (!request.package) {
    DAVIT_TRY_ASSIGN(request.reference, image_reference(context, flags.image));
  }
  const fs::path cache = context.state_directory() / "cache";
  DAVIT_TRY(LayerCache::open(cache));
  DAVIT_TRY_ASSIGN(const WorkFolder work, WorkFolder::create(cache));
  request.work = work.path();
  request.open_registry = [&context](const std::string& host) { return access_to_pull(context, host); };
  using Show = cli::Progress::Show;
  cli::Progress progress(context.streams(), context.globals().quiet ? Show::never : Show::on_terminal);
  request.progress = [&](std::string_view line) { progress.update(line); };
  const auto response = verify(request);
  progress.clear();
  if (!response) {
    return fail(response.error());
  }
  cli::Outcome outcome{.document = {.data = to_json(*response), .table = to_table(*response), .list_member = "files"}};
  if (!response->is_same()) {
    outcome.failure = failed_error(fmt::format("the sources give {}, not {}", response->rebuilt, response->expected),
                                   "look at the differences; the sources, davit.lock, the base or the version of davit may be others");
  }
  return outcome;
}

/// A build into the request's folder that uses nothing of an earlier one.
BuildRequest rebuild_request(const VerifyRequest& request, std::int64_t mtime)
{
  return {.project = request.project,
          .state_directory = request.work,
          .out = request.work / "image",
          .tag = "rebuilt",
          .mtime = mtime,
          .refresh = true,
          .installer = request.installer,
          .open_registry = request.open_registry,
          .progress = request.progress};
}

Result<VerifyResponse> verify_package(const VerifyRequest& request)
{
  DAVIT_TRY_ASSIGN(const ZipPackage package, open_package(*request.package));
  const auto& members = package.archives.back().members;
  DAVIT_TRY_ASSIGN(BuildResponse rebuilt, build(rebuild_request(request, members.empty() ? 0 : members.front().mtime)));
  VerifyResponse response{.expected = package.digest(), .rebuilt = rebuilt.digest, .notices = std::move(rebuilt.notices)};
  if (!response.is_same()) {
    DAVIT_TRY_ASSIGN(const ZipPackage other, open_package(rebuilt.layout));
    DAVIT_TRY_ASSIGN(const ComparedImage before, compared_package(package));
    DAVIT_TRY_ASSIGN(const ComparedImage after, compared_package(other));
    response.differences = differences(before, after);
  }
  return response;
}

Result<VerifyResponse> verify_image(const VerifyRequest& request)
{
  DAVIT_TRY_ASSIGN(const oci::Layout layout, oci::Layout::open(request.reference.directory));
  DAVIT_TRY_ASSIGN(const oci::Image image, layout.find(request.reference.tag, architecture_of(*request.project)));
  DAVIT_TRY_ASSIGN(const std::int64_t mtime, time_of(image));
  DAVIT_TRY_ASSIGN(BuildResponse rebuilt, build(rebuild_request(request, mtime)));
  VerifyResponse response{
      .expected = image.descriptor.digest, .rebuilt = rebuilt.digest, .notices = std::move(rebuilt.notices), .differences = {}};
  if (!response.is_same()) {
    DAVIT_TRY_ASSIGN(const ComparedImage before, read_compared(request.reference));
    DAVIT_TRY_ASSIGN(const ComparedImage after, read_compared({.directory = rebuilt.layout, .tag = rebuilt.tag}));
    response.differences = differences(before, after);
  }
  return response;
}

}  // namespace

Result<VerifyResponse> verify(const VerifyRequest& request)
{
  return request.package ? verify_package(request) : verify_image(request);
}

void add_verify(CLI::App& group, cli::Registry& registry)
{
  CLI::App& command = registry.add(group, "verify", verify_doc());
  const auto flags = std::make_shared<VerifyFlags>();
  command.add_option("image", flags->image, "Layout, or tag of the project's own layout")->type_name("IMAGE");
  add_installer_flag(command, flags->installer);
  registry.bind(command, [flags](cli::Context& context) { return run(context, *flags); });
}

}  // namespace davit::commands::image
