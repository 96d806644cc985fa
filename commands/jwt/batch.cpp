// SPDX-License-Identifier: Apache-2.0
#include "commands/jwt/batch.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <thread>
#include <vector>

#include "aws/core/encoding.hpp"
#include "aws/core/json.hpp"
#include "aws/jose/json_scanner.hpp"

namespace davit::commands::jwt {
namespace {

using aws::jose::JsonKind;
using aws::jose::Verdict;
using aws::jose::Verifier;

/// What is read before it is verified: enough to keep every processor busy.
constexpr std::size_t k_chunk_size = 1 << 20;
/// Fewer tokens than this are done before a thread has started.
constexpr std::size_t k_least_per_thread = 64;

bool can_read_at_once(int fd)
{
  pollfd waiting{.fd = fd, .events = POLLIN, .revents = 0};
  return ::poll(&waiting, 1, 0) > 0;
}

/// Appends what there is, waiting only for the first bytes. False at the end of the input.
Result<bool> read_more(int fd, std::string& buffer)
{
  bool has_read = false;
  while (buffer.size() < k_chunk_size && (!has_read || can_read_at_once(fd))) {
    const std::size_t before = buffer.size();
    buffer.resize(before + k_chunk_size / 4);
    const ssize_t n = ::read(fd, buffer.data() + before, k_chunk_size / 4);
    const int error = errno;
    buffer.resize(before + static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
    if (n < 0 && error != EINTR) {
      return fail(usage_error(fmt::format("cannot read standard input: {}", std::strerror(error))));
    }
    if (n == 0) {
      return false;
    }
    has_read = has_read || n > 0;
  }
  return true;
}

std::string json_string(std::string_view text)
{
  const bool is_plain = std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; });
  return is_plain ? fmt::format("\"{}\"", text) : dump_json(text);
}

void append_answer(std::string& out, std::string_view id, const Verdict& verdict)
{
  fmt::format_to(std::back_inserter(out), "{{\"id\":{},\"valid\":{},\"reasons\":[", id, verdict.valid());
  for (std::size_t i = 0; i < verdict.reasons.size(); ++i) {
    const auto& reason = verdict.reasons[i];
    fmt::format_to(std::back_inserter(out), "{}{{\"id\":\"{}\",\"message\":{}}}", i == 0 ? "" : ",", aws::jose::name_of(reason.id),
                   json_string(reason.message));
  }
  fmt::format_to(std::back_inserter(out), "],\"algorithm\":{},\"keyId\":{}}}\n",
                 verdict.algorithm ? json_string(*verdict.algorithm) : "null", verdict.key_id ? json_string(*verdict.key_id) : "null");
}

/// A token and the JSON text of its id.
struct Record {
  std::string id;
  std::string token;
};

/// Reads one line of jsonl; the error is what is wrong with it.
tl::expected<Record, std::string> parse_record(std::string_view line, std::size_t number)
{
  aws::jose::ScannedObject object;
  if (const auto problem = object.scan(line)) {
    return tl::unexpected(fmt::format("the line is no JSON object that can be used: {} (byte {})", problem->message, problem->offset + 1));
  }
  const auto* token = object.find("token");
  if (token == nullptr || token->kind != JsonKind::string) {
    return tl::unexpected(std::string("the line has no string \"token\""));
  }
  const auto* id = object.find("id");
  return Record{id == nullptr ? std::to_string(number) : aws::jose::without_white_space(id->text), aws::jose::string_value(*token)};
}

/// The share of one thread: its lines in, its answers out.
class Worker
{
public:
  Worker(Verifier verifier, BatchForm form) : m_verifier(std::move(verifier)), m_form(form) {}

  void run(const std::vector<std::string_view>& lines, std::size_t first, std::size_t last, std::size_t number, TimePoint now)
  {
    m_answers.clear();
    for (std::size_t i = first; i < last; ++i) {
      answer(lines[i], number + i, now);
    }
  }

  [[nodiscard]] const std::string& answers() const { return m_answers; }
  [[nodiscard]] const BatchCount& count() const { return m_count; }

private:
  void answer(std::string_view line, std::size_t number, TimePoint now)
  {
    if (m_form == BatchForm::tokens) {
      return verify(std::to_string(number), line, now);
    }
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) {
      return;
    }
    const auto record = parse_record(line, number);
    if (record) {
      return verify(record->id, record->token, now);
    }
    ++m_count.malformed;
    fmt::format_to(
        std::back_inserter(m_answers),
        "{{\"id\":null,\"line\":{},\"valid\":false,\"reasons\":[{{\"id\":\"input-line\",\"message\":{}}}],\"algorithm\":null,\"keyId\":null}}\n",
        number, json_string(record.error()));
  }

  void verify(std::string_view id, std::string_view token, TimePoint now)
  {
    const Verdict verdict = m_verifier.verify(token, now);
    ++m_count.tokens;
    m_count.invalid += verdict.valid() ? 0 : 1;
    append_answer(m_answers, id, verdict);
  }

  Verifier m_verifier;
  BatchForm m_form;
  std::string m_answers;
  BatchCount m_count;
};

Result<std::vector<Worker>> make_workers(const Batch& batch)
{
  std::vector<Worker> workers;
  const unsigned processors = std::max(1U, std::thread::hardware_concurrency());
  while (workers.size() < processors) {
    DAVIT_TRY_ASSIGN(Verifier verifier, Verifier::make(batch.keys, batch.rules));
    workers.emplace_back(std::move(verifier), batch.form);
  }
  return workers;
}

/// Verifies the lines, numbered from `number` on, and hands the answers over in their order.
Status verify_lines(std::vector<Worker>& workers, const std::vector<std::string_view>& lines, std::size_t number, TimePoint now,
                    const AnswerSink& sink)
{
  const std::size_t used = std::clamp<std::size_t>(lines.size() / k_least_per_thread, 1, workers.size());
  const auto bound = [&](std::size_t worker) { return lines.size() * worker / used; };
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < used; ++i) {
    threads.emplace_back([&, i] { workers[i].run(lines, bound(i), bound(i + 1), number, now); });
  }
  workers[0].run(lines, 0, bound(1), number, now);
  std::for_each(threads.begin(), threads.end(), [](std::thread& thread) { thread.join(); });
  for (std::size_t i = 0; i < used; ++i) {
    DAVIT_TRY(sink(workers[i].answers()));
  }
  return {};
}

/// The lines that are whole; at the end of the input also the last one, which may lack its line break.
std::vector<std::string_view> take_lines(std::string_view& text, bool at_end)
{
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos && !at_end) {
      break;
    }
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

BatchCount sum_of(const std::vector<Worker>& workers)
{
  BatchCount sum;
  for (const Worker& worker : workers) {
    sum.tokens += worker.count().tokens;
    sum.invalid += worker.count().invalid;
    sum.malformed += worker.count().malformed;
  }
  return sum;
}

}  // namespace

Result<BatchCount> verify_batch(const Batch& batch, int fd, const AnswerSink& sink)
{
  DAVIT_TRY_ASSIGN(std::vector<Worker> workers, make_workers(batch));
  std::string buffer;
  std::size_t number = 1;
  for (bool more = true; more;) {
    DAVIT_TRY_ASSIGN(more, read_more(fd, buffer));
    std::string_view rest = buffer;
    const auto lines = take_lines(rest, !more);
    DAVIT_TRY(verify_lines(workers, lines, number, batch.at.value_or(system_now()), sink));
    number += lines.size();
    buffer.erase(0, buffer.size() - rest.size());
  }
  return sum_of(workers);
}

}  // namespace davit::commands::jwt
