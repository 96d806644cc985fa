// SPDX-License-Identifier: Apache-2.0
#include "aws/auth/credential_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <nlohmann/json.hpp>

#include "aws/auth/credentials_document.hpp"
#include "aws/core/json.hpp"
#include "aws/core/json_members.hpp"
#include "aws/crypto/digest.hpp"
#include "aws/crypto/secret.hpp"

namespace davit::aws::auth {
namespace {

using ProcessClock = std::chrono::steady_clock;

/// Long enough for a person to type a code.
constexpr std::chrono::minutes k_longest_run{2};
constexpr std::size_t k_most_output_bytes = 64U << 10U;
constexpr const char* k_chain_variable = "_AWS_CLI_PROFILE_CHAIN";
constexpr std::ptrdiff_t k_longest_chain = 4;

/// This process's variables, with the chain set to `chain`.
std::vector<std::string> variables_with(const std::string& chain)
{
  const std::string name = std::string(k_chain_variable) + "=";
  std::vector<std::string> out{name + chain};
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    if (!std::string_view(*entry).starts_with(name)) {
      out.emplace_back(*entry);
    }
  }
  return out;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts)
{
  std::vector<char*> out;
  for (auto& text : texts) {
    out.push_back(text.data());
  }
  out.push_back(nullptr);
  return out;
}

/// Starts the program with the pipe as its output. 0 or the error number.
int spawn(std::vector<std::string> words, std::vector<std::string> variables, int output, pid_t& pid)
{
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawnattr_init(&attributes);
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  const auto arguments = pointers_to(words);
  const auto environment = pointers_to(variables);
  const int error = posix_spawnp(&pid, words.front().c_str(), &actions, &attributes, arguments.data(), environment.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

/// Everything that comes, until the end of the pipe. False when it takes too long or is too much.
bool read_to_end(int fd, std::string& out)
{
  const auto deadline = ProcessClock::now() + k_longest_run;
  while (out.size() <= k_most_output_bytes) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - ProcessClock::now());
    pollfd waiting{fd, POLLIN, 0};
    const int ready = left.count() > 0 ? ::poll(&waiting, 1, static_cast<int>(left.count())) : 0;
    if (ready < 0 && errno == EINTR) {
      continue;
    }
    if (ready <= 0) {
      return false;
    }
    char buffer[4096];
    const ssize_t n = ::read(fd, buffer, sizeof buffer);
    if (n == 0 || (n < 0 && errno != EINTR)) {
      return n == 0;
    }
    out.append(buffer, n > 0 ? static_cast<std::size_t>(n) : 0);
  }
  return false;
}

/// 0 when the program ended well.
int wait_for(pid_t pid)
{
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// What the program printed. The program itself is named, its arguments are not: they may hold a secret.
Result<std::string> output_of(std::vector<std::string> words, const std::string& chain)
{
  const std::string program = words.front();
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    return fail(credentials_error(fmt::format("cannot run {}: {}", program, std::strerror(errno))));
  }
  pid_t pid = 0;
  const int error = spawn(std::move(words), variables_with(chain), ends[1], pid);
  ::close(ends[1]);
  if (error != 0) {
    ::close(ends[0]);
    return fail(credentials_error(fmt::format("cannot run {}: {}", program, std::strerror(error)), "correct credential_process"));
  }
  std::string out;
  const bool whole = read_to_end(ends[0], out);
  ::close(ends[0]);
  if (!whole) {
    ::kill(pid, SIGKILL);
  }
  const int status = wait_for(pid);
  if (whole && status == 0) {
    return out;
  }
  crypto::cleanse(out);
  return fail(credentials_error(whole ? fmt::format("{} ended with exit code {}", program, status)
                                      : fmt::format("{} took longer than two minutes or printed more than 64 KiB", program)));
}

/// The chain with this profile at its end. Credentials error when it is there already, or when the chain is too long to be meant.
Result<std::string> extend_chain(const std::string& chain, const std::string& profile)
{
  const std::string all = "," + chain + ",";
  if (all.find("," + profile + ",") != std::string::npos) {
    return fail(credentials_error(fmt::format("the credential_process of profile '{}' calls itself ({})", profile, chain)));
  }
  if (!chain.empty() && std::count(chain.begin(), chain.end(), ',') + 1 >= k_longest_chain) {
    return fail(credentials_error(fmt::format("more than {} programs of credential_process call each other ({})", k_longest_chain, chain)));
  }
  return chain.empty() ? profile : chain + "," + profile;
}

}  // namespace

Result<std::vector<std::string>> split_command(std::string_view command)
{
  std::vector<std::string> words;
  bool in_word = false;
  char quote = '\0';
  for (std::size_t i = 0; i < command.size(); ++i) {
    const char c = command[i];
    const bool is_space = c == ' ' || c == '\t' || c == '\n';
    const char next = i + 1 < command.size() ? command[i + 1] : '\0';
    const bool escapes = c == '\\' && quote != '\'' && (quote == '\0' || next == '"' || next == '\\');
    if (quote == '\0' && is_space) {
      in_word = false;
      continue;
    }
    if (!std::exchange(in_word, true)) {
      words.emplace_back();
    }
    if (escapes && next != '\0') {
      words.back() += next;
      ++i;
    } else if (quote == '\0' && (c == '"' || c == '\'')) {
      quote = c;
    } else if (c == quote) {
      quote = '\0';
    } else {
      words.back() += c;
    }
  }
  if (quote != '\0' || words.empty()) {
    return fail(usage_error(quote != '\0' ? "credential_process holds a quote that is not closed" : "credential_process is empty"));
  }
  return words;
}

Result<Credentials> run_credential_process(const CredentialProcess& process, const std::string& chain)
{
  DAVIT_TRY_ASSIGN(const auto words, split_command(process.command));
  DAVIT_TRY_ASSIGN(const std::string extended, extend_chain(chain, process.profile));
  DAVIT_TRY_ASSIGN(std::string output, output_of(words, extended));
  const auto document = parse_json(output, "the output");
  const auto version = document && document->is_object() ? integer_member(*document, "Version") : std::nullopt;
  auto credentials = parse_credentials_document(output, "SessionToken", words.front());
  crypto::cleanse(output);
  if (document && version != 1) {
    return fail(credentials_error(fmt::format("{} printed another Version than 1", words.front())));
  }
  if (credentials && credentials->account_id.empty()) {
    credentials->account_id = process.account_id;
  }
  return credentials;
}

}  // namespace davit::aws::auth
