// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <thread>

#include "aws/core/file.hpp"
#include "aws/core/interrupt.hpp"
#include "aws/lambda/client.hpp"
#include "commands/terraform/variables.hpp"
#include "commands/workflow/deploy/deployment.hpp"

namespace davit::commands::workflow::deploy {
namespace {

constexpr auto k_longest_wait = std::chrono::minutes{5};

/// The archives of a zip package, by the hashes that Lambda shows.
struct WantedPackage {
  std::string file;
  std::string sha256;
  std::string layer_file;  ///< empty where there is no layer
  std::string layer_sha256;
};

WantedPackage wanted_package(const OrderedJson& package)
{
  WantedPackage wanted{.file = package.at("filename").get<std::string>(),
                       .sha256 = package.at("source_code_hash").get<std::string>(),
                       .layer_file = {},
                       .layer_sha256 = {}};
  if (const OrderedJson& layer = package.at("layer"); !layer.is_null()) {
    wanted.layer_file = layer.at("filename").get<std::string>();
    wanted.layer_sha256 = layer.at("source_code_hash").get<std::string>();
  }
  return wanted;
}

/// The function as the rendered variables describe it.
struct Wanted {
  std::string name;
  std::string image_uri;  ///< empty for a zip package
  std::string architecture;
  aws::lambda::FunctionSettings settings;
  WantedPackage package;
};

Wanted wanted_function(const Deployment& deployment)
{
  const OrderedJson& function = deployment.variables.at("function");
  Wanted wanted{.name = deployment.prefix() + "-handler",
                .image_uri = {},
                .architecture = function.at("architecture").get<std::string>(),
                .settings = {},
                .package = {}};
  if (deployment.package) {
    const OrderedJson& package = deployment.variables.at("package");
    wanted.package = wanted_package(package);
    wanted.settings.runtime = package.at("runtime").get<std::string>();
    wanted.settings.handler = package.at("handler").get<std::string>();
  } else {
    wanted.image_uri = deployment.variables.at("image_uri").get<std::string>();
  }
  wanted.settings.role = fmt::format("arn:aws:iam::{}:role/{}", deployment.project.account.value_or("000000000000"), wanted.name);
  wanted.settings.memory_mb = function.at("memory_mb").get<int>();
  wanted.settings.timeout_s = function.at("timeout_s").get<int>();
  wanted.settings.environment = terraform::function_environment(deployment.variables);
  return wanted;
}

/// What a function runs now, as far as it can differ from what is wanted.
struct Found {
  aws::lambda::Function function;
  std::string layer_sha256;  ///< of the one layer that it has
};

Result<Found> find_function(aws::lambda::Client& client, const std::string& name)
{
  DAVIT_TRY_ASSIGN(Found found, client.get_function(name).map([](aws::lambda::Function function) {
    return Found{.function = std::move(function), .layer_sha256 = {}};
  }));
  const auto& layers = found.function.configuration.layers;
  if (layers.size() == 1) {
    // One that was deleted is another than the wanted one.
    found.layer_sha256 = client.get_layer_version(layers.front()).map([](const auto& layer) { return layer.code_sha256; }).value_or("-");
  }
  return found;
}

bool has_code(const Found& found, const Wanted& wanted, const std::string& digest)
{
  const bool is_zip = wanted.image_uri.empty();
  return is_zip ? found.function.configuration.code_sha256 == wanted.package.sha256
                : found.function.resolved_image_uri.find(digest) != std::string::npos;
}

bool has_layer(const Found& found, const Wanted& wanted)
{
  return found.layer_sha256 == wanted.package.layer_sha256 && found.function.configuration.layers.size() <= 1;
}

/// What is different, in words; empty when nothing is.
std::vector<std::string> differences(const Found& found, const Wanted& wanted, const std::string& digest)
{
  std::vector<std::string> out;
  if (!has_code(found, wanted, digest)) {
    out.emplace_back(wanted.image_uri.empty() ? "code" : "image");
  }
  if (!has_layer(found, wanted)) {
    out.emplace_back("layer");
  }
  const auto& configuration = found.function.configuration;
  if (configuration.runtime != wanted.settings.runtime.value_or("") || configuration.handler != wanted.settings.handler.value_or("")) {
    out.push_back(fmt::format("runtime {}", wanted.settings.runtime.value_or("of the image")));
  }
  if (configuration.memory_mb != *wanted.settings.memory_mb) {
    out.push_back(fmt::format("memory {} MB", *wanted.settings.memory_mb));
  }
  if (configuration.timeout_s != *wanted.settings.timeout_s) {
    out.push_back(fmt::format("time limit {} s", *wanted.settings.timeout_s));
  }
  if (configuration.environment != *wanted.settings.environment) {
    out.emplace_back("environment");
  }
  return out;
}

/// Waits until the function can be invoked in its newest form.
Result<aws::lambda::FunctionConfiguration> wait_until_ready(aws::lambda::Client& client, const std::string& name)
{
  const auto deadline = std::chrono::steady_clock::now() + k_longest_wait;
  auto pause = std::chrono::milliseconds{50};
  while (std::chrono::steady_clock::now() < deadline && interrupted() == 0) {
    DAVIT_TRY_ASSIGN(aws::lambda::FunctionConfiguration found, client.get_function_configuration(name));
    if (found.state == "Failed" || found.last_update_status == "Failed") {
      return fail(failed_error(fmt::format("function '{}' is {}: {}", name, found.state,
                                           found.state == "Failed" ? found.state_reason : found.last_update_reason)));
    }
    if (found.state != "Pending" && found.last_update_status != "InProgress") {
      return found;
    }
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, std::chrono::milliseconds{1000});
  }
  return fail(Error{.kind = interrupted() != 0 ? ErrorKind::cancelled : ErrorKind::unavailable,
                    .message = fmt::format("function '{}' did not become ready", name),
                    .hint = "deploy again to go on waiting"});
}

/// Lambda never changes it (docs.aws.amazon.com/lambda/latest/dg/configuration-function-zip.html).
bool is_other_package_type(const Found& found, const Wanted& wanted)
{
  return (found.function.configuration.package_type == "Zip") != wanted.image_uri.empty();
}

Error other_package_type(const Wanted& wanted)
{
  const bool is_zip = wanted.image_uri.empty();
  return {.kind = ErrorKind::conflict,
          .message = fmt::format("function '{}' is {}, and Lambda does not make {} of it", wanted.name,
                                 is_zip ? "a container image" : "a zip package", is_zip ? "a zip package" : "a container image"),
          .hint = "take it away first: davit destroy, then deploy again"};
}

Result<cli::PlanStep> plan_function(Deployment& deployment)
{
  const std::string target = "function " + deployment.prefix() + "-handler";
  const char* code = deployment.package ? "package" : "image_uri";
  if (deployment.image_digest.empty() || !deployment.variables.contains(code)) {
    return cli::PlanStep{.kind = cli::PlanStep::Kind::update, .target = target, .reason = "once its code is built"};
  }
  const Wanted wanted = wanted_function(deployment);
  DAVIT_TRY_ASSIGN(aws::auth::Session* const session, deployment.session());
  aws::lambda::Client client{*session};
  auto found = find_function(client, wanted.name);
  if (!found && found.error().kind == ErrorKind::not_found) {
    return cli::PlanStep{.kind = cli::PlanStep::Kind::create, .target = target, .reason = deployment.image_digest};
  }
  if (!found) {
    return fail(std::move(found).error());
  }
  if (is_other_package_type(*found, wanted)) {
    return fail(other_package_type(wanted));
  }
  deployment.function_arn = found->function.configuration.arn;
  const auto different = differences(*found, wanted, deployment.image_digest);
  if (different.empty()) {
    return cli::PlanStep{.kind = cli::PlanStep::Kind::skip, .target = target, .reason = "unchanged"};
  }
  return cli::PlanStep{.kind = cli::PlanStep::Kind::update, .target = target, .reason = fmt::format("{}", fmt::join(different, ", "))};
}

Result<aws::lambda::FunctionCode> code_of(const Wanted& wanted)
{
  if (!wanted.image_uri.empty()) {
    return aws::lambda::FunctionCode{.image_uri = wanted.image_uri};
  }
  DAVIT_TRY_ASSIGN(std::string zip, read_file(wanted.package.file));
  return aws::lambda::FunctionCode{.zip = std::move(zip)};
}

/// The newest version of the layer, when it has the wanted wheels: a deployment that was interrupted may have published it.
Result<std::optional<std::string>> published_layer(aws::lambda::Client& client, const Wanted& wanted)
{
  DAVIT_TRY_ASSIGN(const auto versions, client.list_layer_versions(wanted.name));
  if (versions.empty()) {
    return std::nullopt;
  }
  DAVIT_TRY_ASSIGN(const auto newest, client.get_layer_version(versions.front().arn));
  return newest.code_sha256 == wanted.package.layer_sha256 ? std::optional(newest.arn) : std::nullopt;
}

/// The version of the layer of wheels that the function shall use: a new one where there is none with these wheels.
Result<std::vector<std::string>> layers_of(aws::lambda::Client& client, const Wanted& wanted, const Found* found)
{
  if (found != nullptr && has_layer(*found, wanted)) {
    return found->function.configuration.layers;
  }
  if (wanted.package.layer_file.empty()) {
    return std::vector<std::string>{};
  }
  DAVIT_TRY_ASSIGN(const auto published, published_layer(client, wanted));
  if (published) {
    return std::vector{*published};
  }
  DAVIT_TRY_ASSIGN(std::string zip, read_file(wanted.package.layer_file));
  DAVIT_TRY_ASSIGN(
      const auto layer,
      client.publish_layer_version(
          {.name = wanted.name, .zip = std::move(zip), .runtimes = {*wanted.settings.runtime}, .architectures = {wanted.architecture}}));
  return std::vector{layer.arn};
}

Status create(aws::lambda::Client& client, const Wanted& wanted)
{
  DAVIT_TRY_ASSIGN(auto code, code_of(wanted));
  return client
      .create_function({.name = wanted.name, .code = std::move(code), .settings = wanted.settings, .architecture = wanted.architecture})
      .map([](const auto&) {});
}

Status update(aws::lambda::Client& client, const Found& found, const Wanted& wanted, const std::string& digest)
{
  if (!has_code(found, wanted, digest)) {
    DAVIT_TRY_ASSIGN(auto code, code_of(wanted));
    DAVIT_TRY(client.update_function_code({.name = wanted.name, .code = std::move(code), .architecture = wanted.architecture}));
    DAVIT_TRY(wait_until_ready(client, wanted.name));
  }
  aws::lambda::FunctionSettings settings = wanted.settings;
  settings.role = std::nullopt;
  return client.update_function_configuration(wanted.name, settings).map([](const auto&) {});
}

Status apply_function(Deployment& deployment)
{
  Wanted wanted = wanted_function(deployment);
  DAVIT_TRY_ASSIGN(aws::auth::Session* const session, deployment.session());
  aws::lambda::Client client{*session};
  auto found = find_function(client, wanted.name);
  if (!found && found.error().kind != ErrorKind::not_found) {
    return fail(std::move(found).error());
  }
  if (wanted.image_uri.empty()) {
    DAVIT_TRY_ASSIGN(wanted.settings.layers, layers_of(client, wanted, found ? &*found : nullptr));
  }
  DAVIT_TRY(found ? update(client, *found, wanted, deployment.image_digest) : create(client, wanted));
  DAVIT_TRY_ASSIGN(const aws::lambda::FunctionConfiguration ready, wait_until_ready(client, wanted.name));
  deployment.function_arn = ready.arn;
  return {};
}

}  // namespace

Step function_step(Deployment& deployment)
{
  return {.name = "function",
          .plan = [&deployment] { return plan_function(deployment); },
          .apply = [&deployment] { return apply_function(deployment); }};
}

}  // namespace davit::commands::workflow::deploy
