// SPDX-License-Identifier: Apache-2.0
#include "commands/local/up.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <thread>

#include "aws/auth/endpoint.hpp"
#include "aws/core/uri.hpp"
#include "aws/http/client.hpp"
#include "cli/choice.hpp"
#include "cli/config/project.hpp"
#include "cli/plan.hpp"
#include "commands/local/state_directory.hpp"

namespace davit::commands::local {
namespace {

constexpr std::chrono::seconds k_start_limit{10};
constexpr std::chrono::seconds k_answer_limit{2};
constexpr const char* k_default_account = "000000000000";

cli::CommandDoc up_doc()
{
  return {
      .summary = "Start the local AWS and return once it answers",
      .description =
          "Serves the parts of AWS that davit and its handlers use, on loopback, from one process, with its state in one folder. The key pair is test / "
          "test; --credentials adds more. Tokens of a Cognito user pool that an authorizer names are signed by the key in user-pools/POOL.jwk of that "
          "folder, which is made with the authorizer and which jwt mint --key takes; a key or the published JWK Set of the real pool can stand there "
          "instead. Started again while it runs, it prints the same document and changes nothing; asked for another "
          "port or isolation than it has, or for throttling that it does not do, it exits with 5.",
      .examples = {{"davit local up", "Start it on a free port"},
                   {"davit local up --port 4566 -o json", "On a port of your choice; the document for a script"},
                   {"davit local up --throttle --expire-every 1s", "With DynamoDB's throttling, and items deleted soon after they expire"},
                   {"davit local up --foreground --state /tmp/aws", "Stay attached until Ctrl-C, with its data elsewhere"},
                   {"eval \"$(davit local env)\"", "Point the AWS CLI and SDKs of this shell at it"}},
      .changes = cli::Changes::something};
}

struct UpFlags {
  std::uint16_t port = 0;
  bool foreground = false;
  std::filesystem::path credentials;
  std::string isolation = "auto";
  std::string expiry_interval = "30s";
  std::string event_retry_wait = "1s";
  bool throttle = false;
  cli::ChangeFlags change;
};

std::string variable(const char* name)
{
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// Flag, then AWS's variables, then the project file, then the region that AWS's own tools name in their examples.
std::string region_of(const cli::Globals& globals, const cli::config::Project* project)
{
  for (const std::string& region :
       {globals.region, variable("AWS_REGION"), variable("AWS_DEFAULT_REGION"), project == nullptr ? "" : project->region}) {
    if (!region.empty()) {
      return region;
    }
  }
  return "us-east-1";
}

Result<ServeRequest> request_of(cli::Context& context, const UpFlags& flags)
{
  DAVIT_TRY_ASSIGN(const auto* project, context.project_if_any());
  std::string region = region_of(context.globals(), project);
  DAVIT_TRY(aws::auth::check_region(region));
  DAVIT_TRY_ASSIGN(const auto expiry_interval, parse_duration(flags.expiry_interval));
  if (expiry_interval <= std::chrono::milliseconds::zero()) {
    return fail(usage_error("--expire-every must be longer than nothing", "30s is what it is without it"));
  }
  DAVIT_TRY_ASSIGN(const auto event_retry_wait, parse_duration(flags.event_retry_wait));
  return ServeRequest{
      .state = state_directory(context),
      .port = flags.port,
      .region = std::move(region),
      .account_id = project == nullptr ? k_default_account : project->account.value_or(k_default_account),
      .credentials_file = flags.credentials.empty() ? std::filesystem::path() : std::filesystem::absolute(flags.credentials),
      .isolation = aws::local::lambda::isolation_of(flags.isolation),
      .expiry_interval = expiry_interval,
      .event_retry_wait = event_retry_wait,
      .throttles = flags.throttle};
}

cli::Document document_of(const cli::LocalState& state)
{
  return {.data = to_json(state)};
}

cli::Plan plan_of(const ServeRequest& request)
{
  const std::string target = fmt::format("local AWS in {}", request.state.string());
  if (const auto holder = cli::lock_holder(request.state)) {
    return {.steps = {{cli::PlanStep::Kind::skip, target, fmt::format("is running as process {}", *holder)}}};
  }
  return {.steps = {{cli::PlanStep::Kind::run, target, "start"}}};
}

/// The document of the process that holds the lock, once it answers. One that is just starting has none yet, and one that was just
/// killed answers no more.
std::optional<cli::LocalState> running_state(const std::filesystem::path& directory)
{
  auto state = cli::read_local_state(directory);
  const auto url = state ? parse_url(state->endpoint) : fail(state.error());
  if (!url) {
    return std::nullopt;
  }
  const auto answered = aws::http::Client().send({.url = *url}, {.read_timeout = k_answer_limit}).response;
  return answered ? std::optional(std::move(*state)) : std::nullopt;
}

Status print_now(cli::Context& context, const cli::LocalState& state)
{
  auto& out = context.streams().out;
  DAVIT_TRY(out.write(cli::render(document_of(state), context.globals().output, out.is_terminal())));
  return out.flush();
}

Result<cli::Outcome> run(cli::Context& context, const UpFlags& flags)
{
  DAVIT_TRY_ASSIGN(const ServeRequest request, request_of(context, flags));
  if (flags.change.dry_run) {
    return cli::Outcome{.document = cli::dry_run_document(plan_of(request))};
  }
  DAVIT_TRY(make_state_directory(request.state));
  if (flags.foreground) {
    DAVIT_TRY(serve(request, [&](const cli::LocalState& state) { return print_now(context, state); }));
    return cli::Outcome{};
  }
  DAVIT_TRY_ASSIGN(const UpResponse response, up(request));
  return cli::Outcome{.document = document_of(response.state)};
}

/// One that runs stays as it is; who asked for something else must not take it for that.
Result<UpResponse> as_asked(cli::LocalState running, const ServeRequest& request)
{
  const auto refuse = [&](const std::string& what) {
    return fail(Error{.kind = ErrorKind::conflict,
                      .message = fmt::format("the local AWS in {} is running {}", request.state.string(), what),
                      .hint = "stop it first: davit local down"});
  };
  if (const auto url = parse_url(running.endpoint); request.port != 0 && url && url->port != request.port) {
    return refuse(fmt::format("on port {}, not on {}", url->port, request.port));
  }
  if (request.isolation && name_of(*request.isolation) != running.isolation) {
    return refuse(fmt::format("with isolation {}, not with {}", running.isolation, name_of(*request.isolation)));
  }
  if (request.throttles && !running.throttles) {
    return refuse("without throttling");
  }
  return UpResponse{.state = std::move(running), .was_running = true};
}

}  // namespace

Result<UpResponse> up(const ServeRequest& request)
{
  const auto limit = std::chrono::steady_clock::now() + k_start_limit;
  while (std::chrono::steady_clock::now() < limit) {
    if (!cli::lock_holder(request.state)) {
      auto started = serve_detached(request);
      // Another `up` may have been faster.
      if (started || started.error().kind != ErrorKind::conflict || !cli::lock_holder(request.state)) {
        return std::move(started).map([](cli::LocalState state) { return UpResponse{.state = std::move(state), .was_running = false}; });
      }
    }
    if (auto running = running_state(request.state)) {
      return as_asked(std::move(*running), request);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return fail(Error{.kind = ErrorKind::unavailable,
                    .message = fmt::format("the local AWS in {} is held by a process that does not answer", request.state.string()),
                    .hint = "stop it: davit local down"});
}

void add_up(CLI::App& group, cli::Registry& registry)
{
  auto flags = std::make_shared<UpFlags>();
  CLI::App& command = registry.add(group, "up", up_doc());
  command.add_option("--port", flags->port, "Port of the services; 0 takes a free one")->type_name("N");
  command.add_flag("--foreground", flags->foreground, "Stay attached; stop on Ctrl-C");
  command.add_option("--credentials", flags->credentials, "AWS credentials file with further key pairs; aws_account_id is honoured")
      ->type_name("FILE");
  command
      .add_option("--isolation", flags->isolation,
                  "How handlers are kept to their image's files: auto, chroot, userns or process, which zip packages always are")
      ->type_name("KIND")
      ->check(cli::one_of({"auto", "chroot", "userns", "process"}));
  command.add_flag("--throttle", flags->throttle, "Hold provisioned tables to their capacity, as DynamoDB does");
  command.add_option("--expire-every", flags->expiry_interval, "How often items whose time to live has passed are deleted")
      ->type_name("DURATION");
  command
      .add_option("--event-retry-wait", flags->event_retry_wait,
                  "How long Lambda waits to try an asynchronous event again, twice that the second time; 1m is AWS's own")
      ->type_name("DURATION");
  cli::add_change_flags(command, flags->change, cli::Danger::mild);
  registry.bind(command, [flags](cli::Context& context) { return run(context, *flags); });
}

}  // namespace davit::commands::local
