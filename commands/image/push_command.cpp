// SPDX-License-Identifier: Apache-2.0
// The command line of `davit image push`; what it does is in push_plan.cpp and push.cpp.
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <memory>

#include "aws/auth/session.hpp"
#include "cli/choice.hpp"
#include "cli/command.hpp"
#include "cli/term/progress.hpp"
#include "commands/image/gate.hpp"
#include "commands/image/image_reference.hpp"
#include "commands/image/push.hpp"
#include "commands/image/push_target.hpp"
#include "commands/image/size_text.hpp"
#include "commands/image/zip_package.hpp"

namespace davit::commands::image {
namespace {

cli::CommandDoc push_doc()
{
  return {
      .summary = "Push the handler's image to ECR or to any registry",
      .description =
          "TARGET is HOST/REPOSITORY[:TAG], or :TAG, or nothing, for image.repository of davit.yaml in the ECR of the account and region. Asks first what "
          "is there: blobs that the registry has are not sent, an image that is there under its tags is a success that sends nothing. Blobs go in "
          "parallel; one that was interrupted, even by kill -9, goes on where the registry says that it stopped. What `davit image check` would refuse is not pushed. The manifest goes last, so that a tag "
          "always names a whole image. The last line names the image by its digest.\n"
          "A tag that ECR keeps immutable and that names another image ends with 5 and says what differs. ECR's registry is opened by "
          "GetAuthorizationToken; others by the logins of docker login, podman login and skopeo login, credential helpers included.",
      .examples = {{"davit image push --env dev --create-repository",
                    "The project's image, to ECR, making the repository when there is none"},
                   {"davit image push :v1.2.0 --tag latest --env prod", "Under two tags"},
                   {"davit image push ghcr.io/acme/shop:v1 --format docker", "To another registry, with Docker's media types"},
                   {"davit image push localhost:5000/shop --image oci:build/image:dev --dry-run",
                    "What would be sent to a registry on this machine"}},
      .changes = cli::Changes::something};
}

struct PushFlags {
  std::string target;
  std::string image;
  std::vector<std::string> tags;
  std::vector<std::string> mount_from;
  std::string format = "oci";
  bool create_repository = false;
  bool immutable_tags = false;
  bool no_check = false;
  cli::ChangeFlags change;
};

std::string name_of(const BlobPush& push)
{
  switch (push.action) {
    case BlobPush::Action::present:
      return "present";
    case BlobPush::Action::mount:
      return "mounted";
    case BlobPush::Action::upload:
      break;
  }
  return push.resumed > 0 ? "resumed" : "uploaded";
}

std::uint64_t sent_bytes(const PushResponse& response)
{
  std::uint64_t total = 0;
  for (const auto& push : response.blobs) {
    total += push.sent;
  }
  return total;
}

OrderedJson blobs_json(const PushResponse& response)
{
  OrderedJson out = OrderedJson::array();
  for (const auto& push : response.blobs) {
    out.push_back({{"digest", push.blob.descriptor.digest},
                   {"size", push.blob.descriptor.size},
                   {"kind", push.blob.kind},
                   {"result", name_of(push)},
                   {"sentBytes", push.sent},
                   {"resumedBytes", push.resumed}});
  }
  return out;
}

cli::Table table_of(const PushResponse& response)
{
  cli::Table table{.header = {"BLOB", "KIND", "SIZE", "RESULT"}, .rows = {}};
  for (const auto& push : response.blobs) {
    table.rows.push_back({push.blob.descriptor.digest, push.blob.kind, size_text(push.blob.descriptor.size), name_of(push)});
  }
  table.rows.push_back({response.image, "image", "", response.changed ? "pushed" : "unchanged"});
  return table;
}

cli::Document document_of(const PushResponse& response, const PushRequest& request)
{
  return {.data = {{"image", response.image},
                   {"registry", request.target.access.host},
                   {"repository", request.target.repository},
                   {"digest", request.image.digest},
                   {"mediaType", request.image.media_type},
                   {"tags", request.target.tags},
                   {"changed", response.changed},
                   {"createdRepository", response.created_repository},
                   {"sentBytes", sent_bytes(response)},
                   {"blobs", blobs_json(response)}},
          .table = table_of(response)};
}

Status refuse_package(cli::Context& context, const std::string& image)
{
  DAVIT_TRY_ASSIGN(const auto package, package_path(context, image));
  return !package ? Status{}
                  : fail(usage_error(fmt::format("{} is a zip package, and registries hold container images", package->string()),
                                     "Lambda takes function.zip and layer.zip themselves: davit deploy, the variables of davit terraform "
                                     "render, or aws lambda update-function-code --zip-file fileb://function.zip"));
}

Result<PushRequest> request_of(cli::Context& context, const PushFlags& flags)
{
  DAVIT_TRY(refuse_package(context, flags.image));
  const auto format = flags.format == "docker" ? ManifestFormat::docker : ManifestFormat::oci;
  DAVIT_TRY_ASSIGN(const auto reference, image_reference(context, flags.image));
  DAVIT_TRY_ASSIGN(PushedImage image, open_pushed_image(reference, format));
  DAVIT_TRY_ASSIGN(PushTarget target, push_target(context, flags.target, flags.tags));
  if (flags.create_repository && !target.access.ecr) {
    return fail(usage_error(
        fmt::format("--create-repository is for ECR; {} makes its repositories by itself, or by its own tools", target.access.host)));
  }
  return PushRequest{.image = std::move(image),
                     .target = std::move(target),
                     .mount_from = flags.mount_from,
                     .create_repository = flags.create_repository,
                     .immutable_tags = flags.immutable_tags,
                     .journal = context.state_directory() / "uploads"};
}

/// What `davit image check` finds. It reads every layer, so that an image which is there already is not checked again.
Status check(cli::Context& context, const PushFlags& flags)
{
  GateRequest request;
  DAVIT_TRY_ASSIGN(request.reference, image_reference(context, flags.image));
  if (flags.image.empty()) {
    DAVIT_TRY_ASSIGN(const auto* project, context.project_if_any());
    request.architecture = project != nullptr && project->handler ? std::optional(project->handler->architecture) : std::nullopt;
  }
  DAVIT_TRY_ASSIGN(const GateReport report, check_for_lambda(request));
  for (const auto& finding : report.findings) {
    if (finding.severity == Finding::Severity::warning && !context.globals().quiet) {
      DAVIT_TRY(context.streams().err.write(
          fmt::format("davit: note: {}{}{}\n", finding.file, finding.file.empty() ? "" : ": ", finding.message)));
    }
  }
  return refuse_findings(report).map_error([](Error error) {
    return std::move(error).with_hint("davit image check shows each finding with its id; an image that is not for Lambda: --no-check");
  });
}

Result<cli::Outcome> run(cli::Context& context, const PushFlags& flags)
{
  if (flags.immutable_tags && !flags.create_repository) {
    return fail(usage_error("--immutable-tags is for a repository that is made", "add --create-repository"));
  }
  DAVIT_TRY_ASSIGN(PushRequest request, request_of(context, flags));
  DAVIT_TRY_ASSIGN(const PushPlan plan, plan_push(request));
  if (!plan.has_manifest && !flags.no_check) {
    DAVIT_TRY(check(context, flags));
  }
  if (flags.change.dry_run) {
    return cli::Outcome{.document = cli::dry_run_document(plan.steps(request))};
  }
  // A registry that is not ECR's asks nothing of AWS: the account is checked where AWS is.
  if (request.target.access.ecr && plan.changes_anything()) {
    DAVIT_TRY_ASSIGN(auto* session, context.session());
    DAVIT_TRY(session->check_account());
  }
  using Show = cli::Progress::Show;
  cli::Progress progress(context.streams(), context.globals().quiet ? Show::never : Show::on_terminal);
  request.progress = [&progress](std::string_view line) { progress.update(line); };
  const auto response = push(request, plan);
  progress.clear();
  if (!response) {
    return fail(response.error());
  }
  return cli::Outcome{.document = document_of(*response, request)};
}

}  // namespace

void add_push(CLI::App& group, cli::Registry& registry)
{
  CLI::App& command = registry.add(group, "push", push_doc());
  const auto flags = std::make_shared<PushFlags>();
  command.add_option("target", flags->target, "HOST/REPOSITORY[:TAG] of a registry, or :TAG in the project's repository")
      ->type_name("TARGET");
  command.add_option("--image", flags->image, "Layout, or tag of the project's own layout (default: what image build makes)")
      ->type_name("IMAGE");
  command
      .add_option("--tag", flags->tags, "Tag in the registry, more than once for several (default: the environment's name, else latest)")
      ->type_name("TAG");
  command.add_option("--format", flags->format, "Media types of the manifest: oci or docker")
      ->type_name("FORMAT")
      ->check(cli::one_of({"oci", "docker"}));
  command
      .add_option("--mount-from", flags->mount_from, "Repository of the same registry to take blobs over from, more than once for several")
      ->type_name("REPOSITORY");
  command.add_flag("--create-repository", flags->create_repository, "ECR: make the repository when there is none");
  command.add_flag("--immutable-tags", flags->immutable_tags, "ECR: a repository that is made never moves a tag");
  command.add_flag("--no-check", flags->no_check, "Push what Lambda would refuse too, for example a base");
  cli::add_change_flags(command, flags->change, cli::Danger::mild);
  registry.bind(command, [flags](cli::Context& context) { return run(context, *flags); });
}

}  // namespace davit::commands::image
