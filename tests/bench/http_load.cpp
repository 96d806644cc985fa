// SPDX-License-Identifier: Apache-2.0
// Clients that each wait for their answer: over HTTP, or straight at the processes of a handler, which then have nothing but this program
// as their Runtime API. Prints one line of JSON. Each event is "do64 ..." for the test runtime, which prints a line with its number.
//
//   http_load gateway HOST:PORT CLIENTS SECONDS PAUSE_US
//   http_load direct BOOTSTRAP CLIENTS SECONDS PAUSE_US
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "aws/core/encoding.hpp"

namespace {

using SteadyClock = std::chrono::steady_clock;

struct Plan {
  std::string target;
  int clients = 8;
  std::chrono::seconds time{60};
  std::chrono::microseconds pause{0};
};

struct Tally {
  std::vector<double> latencies_ms;
  int errors = 0;
};

std::atomic<int> g_number = 0;

/// The event asks for one line in the log, and for an answer without anything in it.
std::string event_text(int number)
{
  return "do64 " + davit::to_base64(fmt::format(R"({{"print": "request {}", "raw": {{}}}})", number));
}

int listening_socket()
{
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  ::listen(fd, 8);
  return fd;
}

std::string address_of(int fd)
{
  sockaddr_in address{};
  socklen_t length = sizeof address;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length);
  return fmt::format("127.0.0.1:{}", ntohs(address.sin_port));
}

int connected_socket(const std::string& target)
{
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(target.c_str() + target.find(':') + 1)));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ? fd : -1;
}

void send_all(int fd, std::string_view bytes)
{
  while (!bytes.empty()) {
    const auto count = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) {
      return;
    }
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

/// A message with its body, by its Content-Length; empty when the peer is gone.
std::string receive(int fd)
{
  std::string data;
  char buffer[65536];
  while (true) {
    const auto end = data.find("\r\n\r\n");
    if (end != std::string::npos) {
      const auto at = data.find("Content-Length: ");
      const std::size_t length = at < end ? std::strtoul(data.c_str() + at + 16, nullptr, 10) : 0;
      if (data.size() >= end + 4 + length) {
        return data;
      }
    }
    const auto count = ::recv(fd, buffer, sizeof buffer, 0);
    if (count <= 0) {
      return {};
    }
    data.append(buffer, static_cast<std::size_t>(count));
  }
}

double since_ms(SteadyClock::time_point start)
{
  return std::chrono::duration<double, std::milli>(SteadyClock::now() - start).count();
}

/// One client of the gateway, over a connection that stays open.
void call_gateway(const Plan& plan, SteadyClock::time_point end, Tally& tally)
{
  const int fd = connected_socket(plan.target);
  while (SteadyClock::now() < end) {
    const std::string body = event_text(++g_number);
    const auto start = SteadyClock::now();
    send_all(fd, fmt::format("POST / HTTP/1.1\r\nHost: {}\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n{}", plan.target,
                             body.size(), body));
    const std::string answer = receive(fd);
    tally.latencies_ms.push_back(since_ms(start));
    tally.errors += answer.starts_with("HTTP/1.1 200") ? 0 : 1;
    if (answer.empty()) {
      break;
    }
    std::this_thread::sleep_for(plan.pause);
  }
  ::close(fd);
}

/// One process of the handler, and all of a Runtime API that it needs.
void call_process(const Plan& plan, SteadyClock::time_point end, Tally& tally)
{
  const int listener = listening_socket();
  const std::string address = address_of(listener);
  const pid_t child = ::fork();
  if (child == 0) {
    ::setenv("AWS_LAMBDA_RUNTIME_API", address.c_str(), 1);
    static_cast<void>(!::freopen("/dev/null", "w", stdout));
    ::execl(plan.target.c_str(), plan.target.c_str(), nullptr);
    ::_exit(1);
  }
  const int fd = ::accept(listener, nullptr, nullptr);
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  receive(fd);
  while (SteadyClock::now() < end) {
    const int number = ++g_number;
    const std::string event = fmt::format(R"({{"body": "{}"}})", event_text(number));
    const auto start = SteadyClock::now();
    send_all(fd, fmt::format("HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: {}\r\nContent-Length: {}\r\n\r\n{}", number, event.size(),
                             event));
    const std::string response = receive(fd);
    tally.latencies_ms.push_back(since_ms(start));
    tally.errors += response.empty() ? 1 : 0;
    send_all(fd, "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
    receive(fd);
    std::this_thread::sleep_for(plan.pause);
  }
  ::kill(child, SIGKILL);
  ::close(fd);
  ::close(listener);
}

}  // namespace

int main(int count, char** arguments)
{
  if (count != 6) {
    fmt::print(stderr, "usage: http_load gateway|direct TARGET CLIENTS SECONDS PAUSE_US\n");
    return 2;
  }
  const Plan plan{.target = arguments[2],
                  .clients = std::atoi(arguments[3]),
                  .time = std::chrono::seconds(std::atoi(arguments[4])),
                  .pause = std::chrono::microseconds(std::atoi(arguments[5]))};
  const auto call = std::string(arguments[1]) == "direct" ? call_process : call_gateway;
  std::vector<Tally> tallies(static_cast<std::size_t>(plan.clients));
  std::vector<std::thread> threads;
  const auto end = SteadyClock::now() + plan.time;
  for (auto& tally : tallies) {
    threads.emplace_back([&plan, &tally, call, end] { call(plan, end, tally); });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  std::vector<double> all;
  int errors = 0;
  for (const auto& tally : tallies) {
    all.insert(all.end(), tally.latencies_ms.begin(), tally.latencies_ms.end());
    errors += tally.errors;
  }
  std::sort(all.begin(), all.end());
  const auto percentile = [&](double part) {
    return all.empty() ? 0 : all[static_cast<std::size_t>(part * static_cast<double>(all.size() - 1))];
  };
  fmt::print(R"({{"requests": {}, "errors": {}, "p50": {:.3f}, "p90": {:.3f}, "p99": {:.3f}, "max": {:.3f}}})"
             "\n",
             all.size(), errors, percentile(0.5), percentile(0.9), percentile(0.99), percentile(1));
  return 0;
}
