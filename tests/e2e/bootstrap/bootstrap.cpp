// SPDX-License-Identifier: Apache-2.0
// A custom runtime that does what its event tells it to. The event is an object with one member, the name of what to do:
// {"echo": ...} answers with the event; see perform(). Environment variables INIT=error|exit|slow spoil the start.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "runtime_client.hpp"

namespace {

using runtime_client::Answer;
using runtime_client::Api;
using runtime_client::variable;

/// The value of a string member; good enough for the events of these tests.
std::string member(const std::string& event, const std::string& name)
{
  const auto key = event.find("\"" + name + "\"");
  if (key == std::string::npos) {
    return "";
  }
  auto start = event.find(':', key) + 1;
  start = event.find_first_not_of(' ', start);
  if (event[start] != '"') {
    return event.substr(start, event.find_first_of(",}", start) - start);
  }
  return event.substr(start + 1, event.find('"', start + 1) - start - 1);
}

std::string read_all(const std::string& path)
{
  std::string text;
  if (FILE* file = std::fopen(path.c_str(), "r")) {
    char buffer[4096];
    for (std::size_t count = 0; (count = std::fread(buffer, 1, sizeof buffer, file)) > 0;) {
      text.append(buffer, count);
    }
    std::fclose(file);
  }
  return text;
}

std::string where_am_i()
{
  char folder[4096] = {};
  static_cast<void>(!::getcwd(folder, sizeof folder));
  const bool writes_root = ::mkdir("/written", 0755) == 0;
  FILE* scratch = std::fopen("/tmp/mine", "a");
  if (scratch != nullptr) {
    std::fputs("x", scratch);
    std::fclose(scratch);
  }
  const bool null_works = read_all("/dev/null").empty();
  return "{\"uid\": " + std::to_string(::getuid()) + ", \"directory\": \"" + folder + "\", \"marker\": \"" + read_all("/marker") +
         "\", \"writesRoot\": " + (writes_root ? "true" : "false") + ", \"scratch\": \"" + read_all("/tmp/mine") +
         "\", \"null\": " + (null_works ? "true" : "false") + ", \"handler\": \"" + variable("_HANDLER") + "\"}";
}

std::atomic<long> g_count = 0;

/// Counts as fast as it can, from the first call on, whatever the handler does.
long count_in_background()
{
  static const bool started = [] {
    std::thread([] {
      while (true) {
        ++g_count;
        ::usleep(100);
      }
    }).detach();
    return true;
  }();
  return started ? g_count.load() : 0;
}

/// Of an extension: registers for the events, and prints each until it is told to end.
void extend(const std::string& name, const std::string& events)
{
  Api api;
  const Answer registered =
      api.call("POST", "/extension/register", "{\"events\": [" + events + "]}", "Lambda-Extension-Name: " + name + "\r\n");
  std::printf("%s registered %d\n", name.c_str(), registered.status);
  std::fflush(stdout);
  const std::string id = "Lambda-Extension-Identifier: " + Api::header(registered, "Lambda-Extension-Identifier") + "\r\n";
  for (bool goes_on = registered.status == 200; goes_on;) {
    const Answer event = api.call("GET", "/extension/event/next", "", id);
    std::printf("%s: %s\n", name.c_str(), event.body.c_str());
    std::fflush(stdout);
    goes_on = event.body.find("SHUTDOWN") == std::string::npos;
  }
}

std::string from_base64(const std::string& text)
{
  static const std::string k_letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned value = 0;
  int bits = 0;
  for (const char c : text.substr(0, text.find('='))) {
    value = value << 6 | static_cast<unsigned>(k_letters.find(c));
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes += static_cast<char>(value >> bits & 0xff);
    }
  }
  return bytes;
}

/// Behind a gateway the body says what to do: "do64 EVENT" or "reply64 ANSWER", in base64.
std::string unwrap(const std::string& event)
{
  const std::string body = member(event, "body");
  if (body.rfind("do64 ", 0) == 0) {
    return from_base64(body.substr(5));
  }
  return body.rfind("reply64 ", 0) == 0 ? "{\"raw\": " + from_base64(body.substr(8)) + "}" : event;
}

std::string json_string(const std::string& text)
{
  std::string quoted = "\"";
  for (const char c : text) {
    quoted += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
  }
  return quoted + "\"";
}

/// What the event asks for; the answer is the response.
std::string perform(const std::string& event, const Answer& invocation)
{
  if (const auto fixed = variable("ANSWER"); !fixed.empty()) {
    std::printf("asked: %s\n", event.c_str());
    std::fflush(stdout);
    return fixed;
  }
  if (event.find("\"X-Wrap\"") != std::string::npos) {
    return "{\"statusCode\": 200, \"body\": " + json_string(event) + "}";
  }
  if (const auto text = member(event, "print"); !text.empty()) {
    std::printf("%s\n", text.c_str());
    std::fflush(stdout);
  }
  if (const auto count = member(event, "lines"); !count.empty()) {
    for (int line = 1; line <= std::atoi(count.c_str()); ++line) {
      std::printf("line %d\n", line);
    }
    std::fflush(stdout);
  }
  if (const auto name = member(event, "env"); !name.empty()) {
    return "\"" + variable(name.c_str()) + "\"";
  }
  if (const auto name = member(event, "header"); !name.empty()) {
    return "\"" + Api::header(invocation, name) + "\"";
  }
  if (const auto milliseconds = member(event, "sleep"); !milliseconds.empty()) {
    ::usleep(static_cast<useconds_t>(std::atoi(milliseconds.c_str()) * 1000));
  }
  if (const auto code = member(event, "exit"); !code.empty()) {
    std::printf("leaving\n");
    std::exit(std::atoi(code.c_str()));
  }
  if (!member(event, "abort").empty()) {
    ::raise(SIGSEGV);
  }
  if (const auto megabytes = member(event, "allocate"); !megabytes.empty()) {
    std::vector<char> memory(static_cast<std::size_t>(std::atoi(megabytes.c_str())) * 1024 * 1024, 'x');
    ::sleep(2);
    return std::to_string(memory.size());
  }
  if (const auto bytes = member(event, "answer"); !bytes.empty()) {
    return "\"" + std::string(std::strtoul(bytes.c_str(), nullptr, 10) - 2, 'a') + "\"";
  }
  if (const auto text = member(event, "plain"); !text.empty()) {
    return text;
  }
  if (!member(event, "where").empty()) {
    return where_am_i();
  }
  if (!member(event, "pid").empty()) {
    return std::to_string(::getpid());
  }
  if (!member(event, "count").empty()) {
    return std::to_string(count_in_background());
  }
  if (!member(event, "child").empty()) {
    const pid_t child = ::fork();
    if (child == 0) {
      ::setsid();
      ::sleep(60);
      ::_exit(0);
    }
    return std::to_string(child);
  }
  if (const auto at = event.find("\"raw\":"); at != std::string::npos) {
    const auto start = event.find_first_not_of(' ', at + 6);
    return event.substr(start, event.rfind('}') - start);
  }
  return event;
}

/// {"stream": "BASE64|BASE64", "pause": ms, "type": CONTENT-TYPE, "repeat": times, "end": "broken" or "left"}: writes the pieces with
/// pauses between.
void stream_answer(Api& api, const std::string& id, const std::string& event)
{
  const std::string type = member(event, "type");
  api.begin_stream(id, type.empty() ? "" : "Content-Type: " + type + "\r\n");
  const auto pause = static_cast<useconds_t>(std::atoi(member(event, "pause").c_str()) * 1000);
  std::string pieces = member(event, "stream");
  for (int times = std::max(1, std::atoi(member(event, "repeat").c_str())); times > 0; --times) {
    for (std::size_t at = 0, end = 0; at <= pieces.size(); at = end + 1) {
      end = std::min(pieces.find('|', at), pieces.size());
      // An empty chunk would be the last one.
      if (end > at) {
        api.send_chunk(from_base64(pieces.substr(at, end - at)));
      }
      if (pause > 0) {
        std::printf("wrote\n");
        std::fflush(stdout);
        ::usleep(pause);
      }
    }
  }
  const std::string end = member(event, "end");
  if (end == "left") {
    std::exit(9);
  }
  // {"errorType": "Stream.Broken", "errorMessage": "as asked"}
  const std::string trailers =
      "Lambda-Runtime-Function-Error-Type: Stream.Broken\r\nLambda-Runtime-Function-Error-Body: "
      "eyJlcnJvclR5cGUiOiAiU3RyZWFtLkJyb2tlbiIsICJlcnJvck1lc3NhZ2UiOiAiYXMgYXNrZWQifQ==\r\n";
  const Answer accepted = api.end_stream(end == "broken" ? trailers : "");
  if (accepted.status == 413) {
    std::exit(0);
  }
}

}  // namespace

int main(int /*count*/, char** arguments)
{
  const std::string program = arguments[0];
  if (program.rfind("/opt/extensions/", 0) == 0 || program.find("/root/opt/extensions/") != std::string::npos) {
    extend(program.substr(program.rfind('/') + 1), R"("INVOKE", "SHUTDOWN")");
    return 0;
  }
  Api api;
  const std::string init = variable("INIT");
  if (init == "exit") {
    std::printf("giving up\n");
    return 7;
  }
  if (init == "extension") {
    std::thread([] { extend("inside", R"("INVOKE")"); }).detach();
    ::usleep(300'000);
  }
  if (init == "slow") {
    ::sleep(11);
  }
  if (init == "error") {
    api.call(
        "POST", "/runtime/init/error",
        R"({"errorMessage": "Unable to import module 'app': No module named 'nothing'", "errorType": "Runtime.ImportModuleError", "requestId": "", "stackTrace": []})",
        "Lambda-Runtime-Function-Error-Type: Runtime.ImportModuleError\r\n");
    return 1;
  }
  while (true) {
    Answer invocation = api.call("GET", "/runtime/invocation/next");
    invocation.body = unwrap(invocation.body);
    const std::string id = Api::header(invocation, "Lambda-Runtime-Aws-Request-Id");
    if (!member(invocation.body, "fail").empty()) {
      api.call("POST", "/runtime/invocation/" + id + "/error",
               R"({"errorMessage": "as asked", "errorType": "ValueError", "stackTrace": ["  File \"app.py\", line 1\n"]})");
      continue;
    }
    if (!member(invocation.body, "stream").empty()) {
      stream_answer(api, id, invocation.body);
      continue;
    }
    const std::string result = member(invocation.body, "next").empty()
                                   ? perform(invocation.body, invocation)
                                   : "{\"status\": " + std::to_string(api.call("GET", "/runtime/invocation/next").status) + "}";
    const Answer accepted = api.call("POST", "/runtime/invocation/" + id + "/response", result);
    if (member(invocation.body, "protocol") == "1") {
      const Answer twice = api.call("POST", "/runtime/invocation/" + id + "/response", "{}");
      const Answer unknown = api.call("POST", "/runtime/invocation/no-such-id/response", "{}");
      std::printf("statuses %d %d %d\n", accepted.status, twice.status, unknown.status);
      std::fflush(stdout);
    }
    if (accepted.status == 413) {
      return 0;
    }
  }
}
