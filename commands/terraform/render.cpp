// SPDX-License-Identifier: Apache-2.0
#include "commands/terraform/render.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <nlohmann/json.hpp>

#include "aws/core/file.hpp"
#include "cli/choice.hpp"
#include "cli/config/load.hpp"
#include "cli/config/region.hpp"
#include "commands/terraform/check.hpp"
#include "commands/terraform/hcl_writer.hpp"
#include "commands/terraform/module.hpp"

namespace davit::commands::terraform {
namespace {

namespace fs = std::filesystem;

/// The flags, as typed.
struct Flags {
  std::string image_uri;
  std::optional<fs::path> package;
  std::vector<std::string> secrets;
  std::optional<fs::path> module;
  std::optional<fs::path> out;
  std::string format = "json";
};

cli::CommandDoc render_doc()
{
  return {
      .summary = "Render the Terraform variables of an environment from davit.yaml",
      .description =
          "Writes a .tfvars.json document (or, with --format hcl, a .tfvars file) for the environment, after checking it against the module's "
          "`variable` blocks. What deploy makes before Terraform comes in by --image-uri and --secret; without them those variables are left "
          "out, and a note says so. Where handler.package is zip, the variable `package` names the archives that `davit image build` made, with "
          "their hashes, runtime and handler. A secret is given by its ARN: values never stand on a command line or in Terraform's state.",
      .examples = {{"davit terraform render --env prod", "The variables, on stdout"},
                   {"davit terraform render --env prod --format hcl --out infra/prod.tfvars", "The same as a .tfvars file"}}};
}

Error incomplete_error(const std::vector<LeftOut>& left_out)
{
  return usage_error(fmt::format("the variable {} cannot be rendered", left_out.front().name), left_out.front().reason);
}

/// An ARN, so that nobody puts the secret itself there. The text is not repeated: it may be one.
bool is_secret_arn(std::string_view text)
{
  return text.starts_with("arn:aws") && text.find(":secretsmanager:") != std::string_view::npos &&
         text.find(":secret:") != std::string_view::npos;
}

Status check_inputs(const RenderRequest& request)
{
  for (const auto& [key, arn] : request.inputs.secret_arns) {
    if (!request.project->secrets.contains(key)) {
      return fail(usage_error(fmt::format("davit.yaml has no secret '{}'", key),
                              "--secret takes a key of `secrets` and an ARN: jwt=arn:aws:secretsmanager:..."));
    }
    if (!is_secret_arn(arn)) {
      return fail(usage_error(fmt::format("what was given for the secret '{}' is no ARN of Secrets Manager", key),
                              "give the ARN, never the secret: davit secret list"));
    }
  }
  return {};
}

std::optional<fs::path> module_of(const RenderRequest& request)
{
  const fs::path usual = request.project->directory / "infra";
  return request.module || !fs::is_directory(usual) ? request.module : std::optional(usual);
}

/// What the module does not declare and davit.yaml says nothing about is not written.
OrderedJson document_of(const Variables& variables, const Module* module)
{
  auto document = OrderedJson::object();
  for (const auto& variable : variables.rendered) {
    const bool declared = module == nullptr ? variable.needed : module->variables.contains(variable.name);
    if (declared || variable.needed) {
      document[variable.name] = variable.value;
    }
  }
  return document;
}

Error mismatch_error(const std::string& module, std::vector<Diagnostic> problems)
{
  Error error = usage_error(fmt::format("davit.yaml and the module {} do not fit together", module));
  error.diagnostics = std::move(problems);
  return error;
}

/// Where `image build` puts it, unless another folder is named, which must then hold one.
Result<std::optional<Package>> package_of(const Flags& flags, cli::Context& context, const cli::config::Project& project)
{
  DAVIT_TRY_ASSIGN(auto package, read_package(flags.package.value_or(context.state_directory() / "zip" / project.environment)));
  if (flags.package && !package) {
    return fail(usage_error(fmt::format("{} holds no function.zip", flags.package->string()), "davit image build --out DIR makes one"));
  }
  return package;
}

Result<Inputs> inputs_of(const Flags& flags, cli::Context& context, const cli::config::Project& project)
{
  Inputs inputs;
  inputs.image_uri = flags.image_uri.empty() ? std::nullopt : std::optional(flags.image_uri);
  if (project.handler && project.handler->package == cli::config::PackageType::zip) {
    DAVIT_TRY_ASSIGN(inputs.package, package_of(flags, context, project));
  }
  for (const auto& given : flags.secrets) {
    const std::size_t equals = given.find('=');
    if (equals == std::string::npos) {
      return fail(usage_error("--secret takes KEY=ARN", "for example --secret jwt=arn:aws:secretsmanager:..."));
    }
    inputs.secret_arns[given.substr(0, equals)] = given.substr(equals + 1);
  }
  const auto& globals = context.globals();
  if (const auto region = cli::config::region_setting(globals.region, cli::config::process_variable, &project, globals.environment)) {
    inputs.region = region->value;
  }
  return inputs;
}

Status note_left_out(const RenderResponse& response, cli::Context& context)
{
  if (context.globals().quiet) {
    return {};
  }
  auto& err = context.streams().err;
  for (const auto& left_out : response.left_out) {
    DAVIT_TRY(err.write(fmt::format("davit: note: the variable {} is left out: {}\n", left_out.name, left_out.reason)));
  }
  if (response.module.empty()) {
    DAVIT_TRY(err.write("davit: note: there is no infra/ beside davit.yaml, so the variables were checked against no module\n"));
  }
  return {};
}

cli::Document written_document(const RenderResponse& response, const Flags& flags)
{
  auto names = OrderedJson::array();
  for (const auto& member : response.variables.items()) {
    names.push_back(member.key());
  }
  auto left_out = OrderedJson::array();
  for (const auto& variable : response.left_out) {
    left_out.push_back({{"variable", variable.name}, {"reason", variable.reason}});
  }
  return {
      .data = {{"file", flags.out->string()}, {"format", flags.format}, {"variables", std::move(names)}, {"leftOut", std::move(left_out)}}};
}

Result<cli::Outcome> run(const Flags& flags, cli::Context& context)
{
  DAVIT_TRY_ASSIGN(const auto* project, context.project());
  DAVIT_TRY_ASSIGN(Inputs inputs, inputs_of(flags, context, *project));
  DAVIT_TRY_ASSIGN(const RenderResponse response, render({.project = project, .inputs = std::move(inputs), .module = flags.module}));
  DAVIT_TRY(note_left_out(response, context));
  const std::string text = flags.format == "hcl" ? write_tfvars(response.variables) : dump_pretty(response.variables) + "\n";
  if (!flags.out) {
    return cli::Outcome{.document = {.data = response.variables, .text = text}};
  }
  DAVIT_TRY(write_file(*flags.out, text));
  return cli::Outcome{.document = written_document(response, flags)};
}

}  // namespace

Result<RenderResponse> render(const RenderRequest& request)
{
  if (request.project->environment.empty()) {
    return fail(usage_error("the variables belong to an environment, and none is named", "name it by --env"));
  }
  DAVIT_TRY(check_inputs(request));
  const Variables variables = variables_of(*request.project, request.inputs);
  if (request.incomplete == Incomplete::refuse && !variables.left_out.empty()) {
    return fail(incomplete_error(variables.left_out));
  }
  const auto directory = module_of(request);
  if (!directory) {
    return RenderResponse{.variables = document_of(variables, nullptr), .left_out = variables.left_out, .module = {}, .validated = {}};
  }
  DAVIT_TRY_ASSIGN(const Module module, read_module(cli::config::display_path(*directory)));
  if (auto problems = compare(variables, module, *request.project); !problems.empty()) {
    return fail(mismatch_error(module.directory, std::move(problems)));
  }
  return RenderResponse{.variables = document_of(variables, &module),
                        .left_out = variables.left_out,
                        .module = module.directory,
                        .validated = validated_variables(module)};
}

void add_render(CLI::App& parent, cli::Registry& registry)
{
  auto flags = std::make_shared<Flags>();
  CLI::App& command = registry.add(parent, "render", render_doc());
  command.add_option("--image-uri", flags->image_uri, "Image of the function, by digest: REGISTRY/NAME@sha256:...")->type_name("URI");
  command
      .add_option("--package", flags->package,
                  "Folder of function.zip and layer.zip, for handler.package: zip (default: what image build makes)")
      ->type_name("DIR");
  command.add_option("--secret", flags->secrets, "ARN of a secret of davit.yaml; may be given for each")
      ->type_name("KEY=ARN")
      ->allow_extra_args(false);
  command.add_option("--module", flags->module, "Folder of the Terraform module (default: infra beside davit.yaml)")->type_name("DIR");
  command.add_option("--out", flags->out, "Write to a file instead of stdout")->type_name("FILE");
  command.add_option("--format", flags->format, "json or hcl")
      ->type_name("FORMAT")
      ->check(cli::one_of({"json", "hcl"}))
      ->capture_default_str();
  registry.bind(command, [flags](cli::Context& context) { return run(*flags, context); });
}

}  // namespace davit::commands::terraform
