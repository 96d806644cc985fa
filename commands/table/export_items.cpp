// SPDX-License-Identifier: Apache-2.0
#include "commands/table/export_items.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "aws/core/interrupt.hpp"
#include "aws/dynamodb/format/page_text.hpp"
#include "aws/dynamodb/segmented_scan.hpp"
#include "commands/table/sorted_lines.hpp"

namespace davit::commands::table {
namespace {

namespace ddb = aws::dynamodb;
namespace format = aws::dynamodb::format;
using std::chrono::steady_clock;

/// What a kill may cost: so much is read again at most. Of a slow table less is written each time, so that this happens the less often the
/// longer it takes: each time makes a run, and all of them are merged in the end.
constexpr std::size_t k_most_unsaved_bytes = SortedLines::k_memory * 3 / 4;
constexpr std::chrono::seconds k_least_saved_apart{10};
constexpr int k_most_share_unsaved = 100;  ///< 1/100 of the time so far

class ItemExport
{
public:
  ItemExport(const ExportRequest& request, const std::function<void(const ExportReport&)>& report)
      : m_request(request),
        m_report(report),
        m_lines(SortedLines::k_memory, request.order == ExportOrder::by_key ? SortedLines::Order::by_key : SortedLines::Order::as_added,
                [this] { return open_run_file(); })
  {
    m_progress.subject = request.subject;
    m_progress.positions.resize(static_cast<std::size_t>(request.pace.segments));
  }

  Result<ExportResponse> run(ddb::Client& client, const std::function<Result<ExportOutput>()>& open_output)
  {
    DAVIT_TRY(take_up());
    return streams() ? stream(client, open_output) : collect(client, open_output);
  }

private:
  /// Lines can leave as they come where nothing has to wait for the last of them.
  [[nodiscard]] bool streams() const
  {
    return m_request.order == ExportOrder::as_found && m_request.format != format::FileFormat::csv && !m_request.journal;
  }

  Result<RunFile> open_run_file() const { return m_request.journal ? m_request.journal->open_part(m_progress.runs) : RunFile::temporary(); }

  /// What an earlier run left: taken over, or forgotten.
  Status take_up()
  {
    if (!m_request.journal || !m_request.journal->exists()) {
      return {};
    }
    if (!m_request.resume) {
      // Opened first, so that nothing is taken from under an export that is still at work.
      DAVIT_TRY(m_request.journal->open_part({}));
      m_request.journal->remove();
      return {};
    }
    DAVIT_TRY_ASSIGN(auto earlier, m_request.journal->load());
    DAVIT_TRY(check_same_subject(*earlier, m_request.subject));
    m_progress = std::move(*earlier);
    m_columns = format::CsvColumnNumbers{m_progress.columns};
    m_resumed = m_progress.items;
    return m_lines.open();
  }

  Result<ExportResponse> stream(ddb::Client& client, const std::function<Result<ExportOutput>()>& open_output)
  {
    DAVIT_TRY_ASSIGN(auto output, open_output());
    ExportText text{output, m_request.format, m_columns};
    DAVIT_TRY(text.begin());
    DAVIT_TRY(scan(client, [&](const format::TextItem& item) { return text.write(item.text); }));
    DAVIT_TRY(text.end());
    DAVIT_TRY(output.commit());
    return response(text, output);
  }

  Result<ExportResponse> collect(ddb::Client& client, const std::function<Result<ExportOutput>()>& open_output)
  {
    if (auto read = scan(client, [&](const format::TextItem& item) { return m_lines.add(item.order, item.text); }); !read) {
      return fail(explained(std::move(read).error()));
    }
    DAVIT_TRY_ASSIGN(auto output, open_output());
    ExportText text{output, m_request.format, m_columns};
    if (auto written = write(text); !written) {
      return fail(explained(std::move(written).error()));
    }
    DAVIT_TRY(output.commit());
    if (m_request.journal) {
      m_request.journal->remove();
    }
    return response(text, output);
  }

  Status write(ExportText& text)
  {
    DAVIT_TRY(text.begin());
    DAVIT_TRY(m_lines.for_each([&](std::string_view line) -> Status {
      if (text.items() % 4096 == 0) {
        if (interrupted() != 0) {
          return fail(Error{.kind = ErrorKind::cancelled, .message = "interrupted while the file was written"});
        }
        m_report({.items = text.items(), .bytes_received = std::nullopt});
      }
      return text.write(line);
    }));
    return text.end();
  }

  template <typename Take>
  Status scan(ddb::Client& client, const Take& take)
  {
    format::PageText page{m_request.form, m_columns};
    std::size_t received = 0;
    double consumed_capacity = 0;
    const ddb::ScanTaker taker{.read = [&](const std::string& body) -> Result<ddb::Item> {
                                 DAVIT_TRY_ASSIGN(ddb::Page read, page.read("Scan", body));
                                 received = body.size();
                                 consumed_capacity = read.consumed_capacity;
                                 return std::move(read.last_key);
                               },
                               .take = [&]() -> Status {
                                 m_is_between_pages = false;
                                 for (std::size_t i = 0; i < page.size(); ++i) {
                                   DAVIT_TRY(take(page.item(i)));
                                 }
                                 m_is_between_pages = true;
                                 m_progress.items += static_cast<std::int64_t>(page.size());
                                 m_progress.bytes_received += received;
                                 m_progress.consumed_capacity += consumed_capacity;
                                 m_report({.items = m_progress.items, .bytes_received = m_progress.bytes_received});
                                 return is_time_to_save() ? save() : Status{};
                               }};
    return scan_segments(client, m_request.scan, m_progress.positions, m_request.pace.patience, taker);
  }

  [[nodiscard]] bool is_time_to_save() const
  {
    const auto now = steady_clock::now();
    const auto apart = std::max<steady_clock::duration>(k_least_saved_apart, (now - m_started) / k_most_share_unsaved);
    return m_request.journal && (m_lines.bytes_in_memory() >= k_most_unsaved_bytes || now - m_last_saved > apart);
  }

  /// The positions count every item that was taken, so none may be in memory only.
  Status save()
  {
    DAVIT_TRY(m_lines.spill());
    m_progress.runs = m_lines.runs();
    m_progress.columns = m_columns.columns();
    DAVIT_TRY(m_request.journal->save(m_progress));
    m_last_saved = steady_clock::now();
    return {};
  }

  /// The error, with how to go on where that is possible.
  Error explained(Error error)
  {
    if (!m_request.journal || m_progress.items == 0) {
      return error;
    }
    const bool is_saved = (m_is_between_pages && save()) || m_request.journal->exists();
    if (is_saved && error.kind != ErrorKind::usage) {
      error.hint = "the same command with --resume goes on where it was" + (error.hint.empty() ? "" : "; " + error.hint);
    }
    return error;
  }

  [[nodiscard]] ExportResponse response(const ExportText& text, const ExportOutput& output) const
  {
    return {.items = text.items(),
            .items_resumed = m_resumed,
            .bytes = output.bytes(),
            .bytes_received = m_progress.bytes_received,
            .consumed_capacity = m_progress.consumed_capacity};
  }

  const ExportRequest& m_request;
  const std::function<void(const ExportReport&)>& m_report;
  ExportProgress m_progress;
  format::CsvColumnNumbers m_columns;
  SortedLines m_lines;
  std::int64_t m_resumed = 0;
  bool m_is_between_pages = true;  ///< false when a page was kept in part
  steady_clock::time_point m_started = steady_clock::now();
  steady_clock::time_point m_last_saved = m_started;
};

}  // namespace

Result<ExportResponse> export_items(ddb::Client& client, const ExportRequest& request,
                                    const std::function<Result<ExportOutput>()>& open_output,
                                    const std::function<void(const ExportReport&)>& report)
{
  const InterruptScope interrupt;
  return ItemExport{request, report}.run(client, open_output);
}

}  // namespace davit::commands::table
