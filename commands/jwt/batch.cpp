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

/// A longer line holds no token that would be looked at, however it is escaped.
constexpr std::size_t k_longest_line = 1 << 20;

bool can_read_at_once(int fd)
{
  pollfd waiting{.fd = fd, .events = POLLIN, .revents = 0};
  return ::poll(&waiting, 1, 0) > 0;
}

/// The lines of a descriptor, a chunk at a time. Of a line that is too long just enough is kept to see that it is.
class LineReader
{
public:
  explicit LineReader(int fd) : m_fd(fd) {}

  /// The whole lines of what there is, waiting only for the first bytes; at the end of the input also the last one, which may lack its
  /// line break. They are good until the next call. Nothing when the input has ended.
  Result<std::optional<std::vector<std::string_view>>> next()
  {
    if (m_at_end) {
      return std::nullopt;
    }
    m_buffer.erase(0, m_taken);
    DAVIT_TRY(fill());
    std::string_view rest = m_buffer;
    auto lines = take_lines(rest);
    m_taken = m_buffer.size() - rest.size();
    m_skipping = rest.size() > k_longest_line;
    m_buffer.resize(m_skipping ? m_taken + k_longest_line + 1 : m_buffer.size());
    return lines;
  }

private:
  Status fill()
  {
    bool has_read = false;
    while (!m_at_end && (!has_read || (m_buffer.size() < k_chunk_size && can_read_at_once(m_fd)))) {
      const std::size_t before = m_buffer.size();
      const ssize_t n = ::read(m_fd, m_piece.get(), k_piece_size);
      if (n < 0 && errno != EINTR) {
        return fail(usage_error(fmt::format("cannot read standard input: {}", std::strerror(errno))));
      }
      m_buffer.append(m_piece.get(), static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
      m_at_end = n == 0;
      has_read = has_read || n > 0;
      skip_rest_of_line(before);
    }
    return {};
  }

  /// Drops what belongs to a line that is too long from the bytes that came in.
  void skip_rest_of_line(std::size_t before)
  {
    if (m_skipping) {
      const std::size_t end = m_buffer.find('\n', before);
      m_skipping = end == std::string::npos;
      m_buffer.erase(before, m_skipping ? std::string::npos : end - before);
    }
  }

  [[nodiscard]] std::vector<std::string_view> take_lines(std::string_view& text) const
  {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
      const std::size_t end = text.find('\n');
      if (end == std::string_view::npos && !m_at_end) {
        break;
      }
      lines.push_back(text.substr(0, end));
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return lines;
  }

  /// Not zeroed: of a short input, one page of it is touched.
  static constexpr std::size_t k_piece_size = 1 << 18;
  std::unique_ptr<char[]> m_piece = std::make_unique_for_overwrite<char[]>(k_piece_size);
  int m_fd;
  std::string m_buffer;
  std::size_t m_taken = 0;  ///< bytes of the buffer that the last lines took
  bool m_skipping = false;
  bool m_at_end = false;
};

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

/// A line of jsonl: the JSON text of its id, and its token or what is wrong with it.
struct Record {
  std::string id = "null";
  std::optional<std::string> token = std::nullopt;
  std::string problem = {};
};

Record parse_record(std::string_view line, std::size_t number)
{
  if (line.size() > k_longest_line) {
    return {.problem = fmt::format("the line is longer than {} bytes", k_longest_line)};
  }
  aws::jose::ScannedObject object;
  if (const auto problem = object.scan(line)) {
    return {.problem = fmt::format("the line is no JSON object that can be used: {} (byte {})", problem->message, problem->offset + 1)};
  }
  const auto* id = object.find("id");
  Record record{.id = id == nullptr ? std::to_string(number) : aws::jose::without_white_space(id->text)};
  const auto* token = object.find("token");
  if (token != nullptr && token->kind == JsonKind::string) {
    record.token = aws::jose::string_value(*token);
  } else {
    record.problem = "the line has no string \"token\"";
  }
  return record;
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
    const Record record = parse_record(line, number);
    if (record.token) {
      return verify(record.id, *record.token, now);
    }
    ++m_count.tokens;
    ++m_count.invalid;
    ++m_count.malformed;
    fmt::format_to(std::back_inserter(m_answers),
                   "{{\"id\":{},\"line\":{},\"valid\":false,\"reasons\":[{{\"id\":\"input-line\",\"message\":{}}}],\"algorithm\":null,"
                   "\"keyId\":null}}\n",
                   record.id, number, json_string(record.problem));
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
  LineReader reader(fd);
  std::size_t number = 1;
  while (true) {
    DAVIT_TRY_ASSIGN(const auto lines, reader.next());
    if (!lines) {
      return sum_of(workers);
    }
    DAVIT_TRY(verify_lines(workers, *lines, number, batch.at.value_or(system_now()), sink));
    number += lines->size();
  }
}

}  // namespace davit::commands::jwt
