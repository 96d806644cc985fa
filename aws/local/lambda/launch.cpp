// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/launch.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "aws/local/lambda/package_tree.hpp"
#include "aws/local/lambda/root_tree.hpp"

namespace davit::aws::local::lambda {
namespace {

namespace fs = std::filesystem;

constexpr const char* k_default_path = "/usr/local/bin:/usr/bin/:/bin:/opt/bin";
constexpr const char* k_default_library_path = "/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib";

std::vector<std::string> split_path(const std::string& path)
{
  std::vector<std::string> folders;
  for (std::size_t start = 0; start <= path.size();) {
    const auto end = std::min(path.find(':', start), path.size());
    if (end > start) {
      folders.push_back(path.substr(start, end - start));
    }
    start = end + 1;
  }
  return folders;
}

std::vector<std::string> candidates_for(const std::string& program, const std::string& path)
{
  if (program.find('/') != std::string::npos) {
    return {program};
  }
  std::vector<std::string> candidates;
  for (const auto& folder : split_path(path)) {
    candidates.push_back(folder + "/" + program);
  }
  return candidates;
}

std::vector<std::string> command_of(const Function& function, const UnpackedImage& image)
{
  std::vector<std::string> command = function.image.entrypoint.empty() ? image.entrypoint : function.image.entrypoint;
  const auto& arguments = function.image.command.empty() ? image.command : function.image.command;
  command.insert(command.end(), arguments.begin(), arguments.end());
  return command;
}

std::string handler_of(const Function& function, const UnpackedImage& image)
{
  if (function.package) {
    return function.package->handler;
  }
  const auto& arguments = function.image.command.empty() ? image.command : function.image.command;
  return arguments.empty() ? "" : arguments.front();
}

Environment environment_of(const Function& function, const UnpackedImage& image, const SandboxIdentity& identity)
{
  Environment environment{{"PATH", k_default_path}, {"LD_LIBRARY_PATH", k_default_library_path}, {"LANG", "en_US.UTF-8"},
                          {"TZ", ":UTC"},           {"LAMBDA_TASK_ROOT", "/var/task"},           {"LAMBDA_RUNTIME_DIR", "/var/runtime"}};
  for (const auto& setting : image.environment) {
    const auto equals = setting.find('=');
    environment.insert_or_assign(setting.substr(0, equals), equals == std::string::npos ? "" : setting.substr(equals + 1));
  }
  environment.insert_or_assign("AWS_ENDPOINT_URL", identity.endpoint);
  for (const auto& [name, value] : function.environment) {
    environment.insert_or_assign(name, value);
  }
  const Environment reserved{{"_HANDLER", handler_of(function, image)},
                             {"AWS_LAMBDA_RUNTIME_API", identity.runtime_api},
                             {"AWS_LAMBDA_FUNCTION_NAME", function.name},
                             {"AWS_LAMBDA_FUNCTION_VERSION", function.version},
                             {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", std::to_string(function.memory_mb)},
                             {"AWS_LAMBDA_LOG_GROUP_NAME", function.log_group},
                             {"AWS_LAMBDA_LOG_STREAM_NAME", identity.log_stream},
                             {"AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"},
                             {"AWS_EXECUTION_ENV", "AWS_Lambda_" + (function.package ? function.package->runtime : "Image")},
                             {"AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR"},
                             {"AWS_REGION", function.region},
                             {"AWS_DEFAULT_REGION", function.region},
                             {"AWS_ACCESS_KEY_ID", identity.access_key_id},
                             {"AWS_SECRET_ACCESS_KEY", identity.secret_access_key},
                             {"AWS_SESSION_TOKEN", identity.session_token}};
  for (const auto& [name, value] : reserved) {
    environment.insert_or_assign(name, value);
  }
  return environment;
}

/// A path of the image as this machine has it; what the image does not hold stays as it is.
std::string outside(const fs::path& root, const std::string& path)
{
  const fs::path candidate = root / fs::path(path).relative_path();
  std::error_code ignored;
  return path.starts_with('/') && fs::exists(candidate, ignored) ? candidate.string() : path;
}

std::string outside_list(const fs::path& root, const std::string& list)
{
  std::vector<std::string> folders = split_path(list);
  for (auto& folder : folders) {
    folder = outside(root, folder);
  }
  return fmt::format("{}", fmt::join(folders, ":"));
}

bool is_python(const std::string& program)
{
  return fs::path(program).filename().string().starts_with("python");
}

Result<std::string> python_version(const fs::path& root)
{
  auto version = python_version_of(root);
  if (!version) {
    return fail(usage_error("the image's Python is in none of the usual places, so no plain process can stand in for it"));
  }
  return std::move(*version);
}

/// Where AWS's, Debian's and python.org's images keep packages.
std::string site_folders(const fs::path& root, const std::string& version)
{
  std::vector<std::string> folders;
  for (const auto& folder :
       {fmt::format("/var/lang/lib/python{}/site-packages", version), fmt::format("/usr/local/lib/python{}/site-packages", version),
        fmt::format("/usr/local/lib/python{}/dist-packages", version), std::string("/usr/lib/python3/dist-packages"),
        std::string("/var/runtime")}) {
    std::error_code ignored;
    if (fs::exists(root / fs::path(folder).relative_path(), ignored)) {
      folders.push_back(folder);
    }
  }
  return fmt::format("{}", fmt::join(folders, ":"));
}

/// The Pythons of this machine that have the version.
std::vector<std::string> pythons_of(const std::string& version)
{
  std::vector<std::string> found;
  for (const char* folder : {"/usr/local/bin", "/usr/bin", "/bin"}) {
    if (const auto program = fmt::format("{}/python{}", folder, version); ::access(program.c_str(), X_OK) == 0) {
      found.push_back(program);
    }
  }
  return found;
}

Result<std::vector<std::string>> python_candidates(const std::string& version)
{
  auto found = pythons_of(version);
  if (found.empty()) {
    return fail(
        usage_error(fmt::format("the image has Python {}, which this machine has not: a plain process cannot stand in for it", version),
                    "run as root, or where user namespaces are allowed, so that the image's own Python runs"));
  }
  return found;
}

/// The image's tree stays where it is: paths that lead into it are rewritten.
Status turn_outside(LaunchPlan& plan)
{
  const fs::path& root = plan.root;
  plan.working_directory = outside(root, plan.working_directory);
  auto& environment = plan.environment;
  environment["LAMBDA_TASK_ROOT"] = outside(root, environment["LAMBDA_TASK_ROOT"]);
  environment["LAMBDA_RUNTIME_DIR"] = outside(root, environment["LAMBDA_RUNTIME_DIR"]);
  environment.erase("LD_LIBRARY_PATH");
  if (!is_python(plan.command.front())) {
    plan.candidates = {outside(root, plan.candidates.front())};
    return {};
  }
  DAVIT_TRY_ASSIGN(const auto version, python_version(root));
  DAVIT_TRY_ASSIGN(plan.candidates, python_candidates(version));
  const std::string own_path = environment["PYTHONPATH"];
  environment["PYTHONPATH"] =
      outside_list(root, fmt::format("{}:{}", own_path.empty() ? "/var/task" : own_path, site_folders(root, version)));
  // Without the site module the packages of this machine are out of reach, as they are in the image.
  plan.command.insert(plan.command.begin() + 1, "-S");
  return {};
}

/// Those of a package's folders that are there, as this machine has them: what is missing must not be found elsewhere on it.
std::string folders_of(const fs::path& root, const std::string& list)
{
  std::vector<std::string> folders = split_path(list);
  for (auto& folder : folders) {
    folder = (root / fs::path(folder).relative_path()).string();
  }
  std::erase_if(folders, [](const std::string& folder) {
    std::error_code ignored;
    return !fs::exists(folder, ignored);
  });
  return fmt::format("{}", fmt::join(folders, ":"));
}

/// Runs Python with the client of the Runtime API and the folders that AWS's runtimes look in: there is no image that would have either.
Status use_python(LaunchPlan& plan, const ZipPackage& package, const std::string& version)
{
  plan.candidates = pythons_of(version);
  if (plan.candidates.empty()) {
    return fail(
        usage_error(fmt::format("the runtime {} needs a Python {}, and there is none in /usr/local/bin, /usr/bin or /bin of this machine",
                                package.runtime, version),
                    "install it, or package the handler as a container image (handler.package: image)"));
  }
  auto& environment = plan.environment;
  const std::string own_path = environment["PYTHONPATH"];
  environment["PYTHONPATH"] = folders_of(plan.root, fmt::format("/var/task:/opt/python/lib/python{}/site-packages:/opt/python", version)) +
                              (own_path.empty() ? "" : ":" + outside_list(plan.root, own_path));
  environment.emplace("PYTHONUNBUFFERED", "1");
  plan.command = {"python" + version, "-S"};
  if (brings_python_client(plan.root, version)) {
    plan.command.insert(plan.command.end(), {"-m", "awslambdaric"});
  } else {
    plan.command.push_back(outside(plan.root, std::string(k_python_client_path)));
  }
  plan.command.push_back(package.handler);
  return {};
}

/// AWS's runtime, the files below /var/task and /opt apart, is this machine's: so the package runs as a plain process.
Status run_package(LaunchPlan& plan, const ZipPackage& package)
{
  const fs::path& root = plan.root;
  auto& environment = plan.environment;
  plan.isolation = Isolation::process;
  plan.working_directory = outside(root, "/var/task");
  environment["LAMBDA_TASK_ROOT"] = plan.working_directory;
  environment["LAMBDA_RUNTIME_DIR"] = outside(root, "/var/runtime");
  environment["LD_LIBRARY_PATH"] = folders_of(root, "/var/task:/var/task/lib:/opt/lib");
  if (const auto version = package.python_version()) {
    return use_python(plan, package, *version);
  }
  plan.candidates = {(root / fs::path(k_bootstrap_path).relative_path()).string(),
                     (root / fs::path(k_layer_bootstrap_path).relative_path()).string()};
  return {};
}

}  // namespace

Result<LaunchPlan> plan_launch(const Function& function, const UnpackedImage& image, const SandboxIdentity& identity, Isolation isolation)
{
  LaunchPlan plan{
      .isolation = isolation,
      .root = image.root,
      .working_directory = function.image.working_directory.empty() ? image.working_directory : function.image.working_directory,
      .command = command_of(function, image),
      .environment = environment_of(function, image, identity)};
  if (plan.working_directory.empty()) {
    plan.working_directory = "/";
  }
  if (plan.command.empty()) {
    return fail(usage_error("the image has neither an entrypoint nor a command"));
  }
  plan.candidates = candidates_for(plan.command.front(), plan.environment["PATH"]);
  if (function.package) {
    DAVIT_TRY(run_package(plan, *function.package));
    return plan;
  }
  if (isolation == Isolation::process) {
    DAVIT_TRY(turn_outside(plan));
  }
  return plan;
}

std::vector<std::string> external_extensions(const UnpackedImage& image)
{
  std::vector<std::string> names;
  const fs::path folder = image.root / "opt" / "extensions";
  // A link of the image would lead to the programs of this machine.
  std::error_code error;
  if (fs::is_symlink(image.root / "opt", error) || fs::is_symlink(folder, error)) {
    return names;
  }
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const auto status = entry->symlink_status(error);
    if (!error && fs::is_regular_file(status) && (status.permissions() & fs::perms::others_exec) != fs::perms::none) {
      names.push_back(entry->path().filename().string());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

LaunchPlan plan_extension(LaunchPlan handler, const std::string& name)
{
  // https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html#runtimes-extensions-api-env
  for (const char* variable : {"_HANDLER", "AWS_EXECUTION_ENV", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME",
                               "AWS_XRAY_CONTEXT_MISSING", "LAMBDA_RUNTIME_DIR", "LAMBDA_TASK_ROOT", "LANG"}) {
    handler.environment.erase(variable);
  }
  const std::string program = "/opt/extensions/" + name;
  handler.command = {program};
  handler.candidates = {handler.isolation == Isolation::process ? outside(handler.root, program) : program};
  return handler;
}

}  // namespace davit::aws::local::lambda
