// SPDX-License-Identifier: Apache-2.0
#include "commands/local/serve.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "aws/core/json.hpp"
#include "aws/local/local_aws.hpp"
#include "commands/local/principals.hpp"

namespace davit::commands::local {
namespace {

/// Blocks the signals that a server acts on, in this thread and all that it starts, so that wait() alone receives them.
class ServerSignals
{
public:
  ServerSignals()
  {
    // A caller that ignores it would have the kernel reap handlers before anybody learns how they ended.
    ::signal(SIGCHLD, SIG_DFL);
    sigemptyset(&m_set);
    for (const int signal : {SIGINT, SIGTERM, k_reset_signal}) {
      sigaddset(&m_set, signal);
    }
    pthread_sigmask(SIG_BLOCK, &m_set, &m_before);
  }
  ~ServerSignals() { pthread_sigmask(SIG_SETMASK, &m_before, nullptr); }
  ServerSignals(const ServerSignals&) = delete;
  ServerSignals& operator=(const ServerSignals&) = delete;

  [[nodiscard]] int wait() const
  {
    int signal = 0;
    sigwait(&m_set, &signal);
    return signal;
  }

private:
  sigset_t m_set{};
  sigset_t m_before{};
};

Result<cli::StateLock> lock(const std::filesystem::path& directory)
{
  DAVIT_TRY_ASSIGN(auto acquired, cli::StateLock::try_acquire(directory));
  if (!acquired) {
    return fail(Error{.kind = ErrorKind::conflict,
                      .message = fmt::format("another process serves {}", directory.string()),
                      .hint = "stop it: davit local down"});
  }
  return std::move(*acquired);
}

Result<aws::local::LocalAwsOptions> options_of(const ServeRequest& request)
{
  DAVIT_TRY_ASSIGN(auto known, principals(request.account_id, request.credentials_file));
  return aws::local::LocalAwsOptions{.state = request.state,
                                     .port = request.port,
                                     .region = request.region,
                                     .account_id = request.account_id,
                                     .principals = std::move(known),
                                     .isolation = request.isolation,
                                     .expiry_interval = request.expiry_interval,
                                     .event_retry_wait = request.event_retry_wait,
                                     .throttles = request.throttles};
}

cli::LocalState state_of(const ServeRequest& request, const aws::local::LocalAws& server)
{
  return {.endpoint = server.endpoint(),
          .gateway = server.gateway(),
          .registry = server.registry(),
          .pid = ::getpid(),
          .state = request.state,
          .region = request.region,
          .access_key_id = k_default_key,
          .secret_access_key = k_default_key,
          .isolation = std::string(aws::local::lambda::name_of(server.isolation())),
          .throttles = request.throttles};
}

/// What the detached process tells its parent: the document, or the error, or nothing when it died.
std::string report_of(const cli::LocalState& state)
{
  return Json{{"state", state.state.string()}}.dump();
}

std::string report_of(const Error& error)
{
  const Json report = {{"kind", static_cast<int>(error.kind)}, {"message", error.message}, {"hint", error.hint}};
  return dump_json(report);
}

void send_report(int fd, const std::string& report)
{
  static_cast<void>(!::write(fd, report.data(), report.size()));
  ::close(fd);
}

/// Lets go of the caller's streams and terminal. Only descriptors 0 to 3 stay, 3 being the one to report on.
void detach(const std::filesystem::path& state, int report)
{
  ::setsid();
  const int nothing = ::open("/dev/null", O_RDONLY);
  const int log = ::open((state / "server.log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  ::dup2(report, 3);
  ::close_range(4, ~0U, 0);
  ::fcntl(3, F_SETFD, FD_CLOEXEC);
}

[[noreturn]] void run_detached(const ServeRequest& request, int report)
{
  detach(request.state, report);
  const Status served = serve(request, [](const cli::LocalState& state) -> Status {
    send_report(3, report_of(state));
    return {};
  });
  if (!served) {
    send_report(3, report_of(served.error()));
  }
  ::_exit(served ? 0 : 1);
}

std::string read_to_end(int fd)
{
  std::string text;
  char buffer[4096];
  ssize_t length = 0;
  while ((length = ::read(fd, buffer, sizeof buffer)) > 0 || (length < 0 && errno == EINTR)) {
    text.append(buffer, length > 0 ? static_cast<std::size_t>(length) : 0);
  }
  return text;
}

Result<cli::LocalState> outcome_of(const ServeRequest& request, const std::string& report)
{
  const Json parsed = Json::parse(report, nullptr, false);
  if (parsed.is_object() && parsed.contains("state")) {
    return cli::read_local_state(request.state);
  }
  if (parsed.is_object()) {
    return fail(
        Error{.kind = static_cast<ErrorKind>(parsed.at("kind").get<int>()), .message = parsed.at("message"), .hint = parsed.at("hint")});
  }
  return fail(failed_error("the local AWS ended before it answered", fmt::format("see {}", (request.state / "server.log").string())));
}

}  // namespace

Status serve(const ServeRequest& request, const std::function<Status(const cli::LocalState&)>& ready)
{
  const ServerSignals signals;
  DAVIT_TRY_ASSIGN(const auto held, lock(request.state));
  DAVIT_TRY_ASSIGN(auto options, options_of(request));
  DAVIT_TRY_ASSIGN(auto server, aws::local::LocalAws::start(options));
  DAVIT_TRY(cli::write_local_state(state_of(request, *server)));
  DAVIT_TRY(ready(state_of(request, *server)));
  while (signals.wait() == k_reset_signal) {
    options.port = server->port();
    options.gateway_port = server->gateway_port();
    options.registry_port = server->registry_port();
    server.reset();
    DAVIT_TRY(aws::local::LocalAws::erase(request.state));
    DAVIT_TRY_ASSIGN(server, aws::local::LocalAws::start(options));
    DAVIT_TRY(cli::write_local_state(state_of(request, *server)));
  }
  cli::remove_local_state(request.state);
  return {};
}

Result<cli::LocalState> serve_detached(const ServeRequest& request)
{
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    return fail(failed_error(fmt::format("cannot start a process: {}", std::strerror(errno))));
  }
  const pid_t child = ::fork();
  if (child < 0) {
    return fail(failed_error(fmt::format("cannot start a process: {}", std::strerror(errno))));
  }
  if (child == 0) {
    run_detached(request, ends[1]);
  }
  ::close(ends[1]);
  const std::string report = read_to_end(ends[0]);
  ::close(ends[0]);
  return outcome_of(request, report);
}

}  // namespace davit::commands::local
