// SPDX-License-Identifier: Apache-2.0
#include "commands/image/build_outputs.hpp"

#include "aws/core/file.hpp"
#include "aws/core/json.hpp"
#include "aws/core/time.hpp"
#include "commands/image/docker_archive.hpp"
#include "commands/image/elf.hpp"
#include "commands/image/sbom.hpp"
#include "commands/image/zip_package.hpp"

namespace davit::commands::image {
namespace {

namespace oci = aws::oci;

/// As the registry would name it.
std::string image_name(const cli::config::Project& project)
{
  return project.image.repository.empty() ? project.name : project.image.repository;
}

Status write_sbom(const oci::Layout& layout, const oci::Image& image, const std::string& name, const std::filesystem::path& file)
{
  DAVIT_TRY_ASSIGN(const ImageTree tree, ImageTree::read(layout, image.manifest.layers, image.config.diff_ids, layout.blobs()));
  return write_file(file, dump_pretty(cyclonedx(component_of(image, name), packages_of(tree))) + "\n");
}

Status write_package_sbom(const BuildRequest& request, const BuildResponse& response, const std::filesystem::path& file)
{
  DAVIT_TRY_ASSIGN(const ZipPackage package, open_package(response.layout));
  DAVIT_TRY_ASSIGN(const ImageTree tree, tree_of(package));
  const BilledComponent component{.type = "application",
                                  .name = request.project->name,
                                  .digest = response.digest,
                                  .created = to_rfc3339(TimePoint(std::chrono::seconds(request.mtime))),
                                  .architecture = oci_name_of(request.project->handler->architecture)};
  return write_file(file, dump_pretty(cyclonedx(component, packages_of(tree))) + "\n");
}

}  // namespace

std::vector<cli::PlanStep> plan_outputs(const BuildOutputs& outputs)
{
  std::vector<cli::PlanStep> steps;
  if (!outputs.docker_archive.empty()) {
    steps.push_back({cli::PlanStep::Kind::create, outputs.docker_archive.string(), "the image for docker load"});
  }
  if (!outputs.sbom.empty()) {
    steps.push_back({cli::PlanStep::Kind::create, outputs.sbom.string(), "its bill of materials"});
  }
  return steps;
}

Status check_outputs(const cli::config::Project& project, const BuildOutputs& outputs)
{
  const bool is_zip = project.handler && project.handler->package == cli::config::PackageType::zip;
  return is_zip && !outputs.docker_archive.empty()
             ? fail(usage_error("--docker-archive is for container images, and handler.package is zip"))
             : Status{};
}

Status write_outputs(const BuildRequest& request, const BuildResponse& response, const BuildOutputs& outputs)
{
  if (outputs.docker_archive.empty() && outputs.sbom.empty()) {
    return {};
  }
  if (!response.archives.empty()) {
    return write_package_sbom(request, response, outputs.sbom);
  }
  DAVIT_TRY_ASSIGN(const oci::Layout layout, oci::Layout::open(response.layout));
  DAVIT_TRY_ASSIGN(const oci::LayoutLock lock, layout.lock());
  DAVIT_TRY_ASSIGN(const oci::Image image, layout.find(response.tag, oci_name_of(request.project->handler->architecture)));
  const std::string name = image_name(*request.project);
  if (!outputs.docker_archive.empty()) {
    DAVIT_TRY(write_docker_archive(layout, image, name + ":" + response.tag, request.mtime, outputs.docker_archive));
  }
  return outputs.sbom.empty() ? Status{} : write_sbom(layout, image, name, outputs.sbom);
}

}  // namespace davit::commands::image
