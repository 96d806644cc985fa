// SPDX-License-Identifier: Apache-2.0
#include "commands/image/findings.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace davit::commands::image {
namespace {

constexpr std::size_t k_most_of_a_kind = 5;

}  // namespace

void Findings::refuse(std::string id, std::string message, std::string file, std::string cure)
{
  add({.id = std::move(id),
       .severity = Finding::Severity::refusal,
       .message = std::move(message),
       .file = std::move(file),
       .cure = std::move(cure)});
}

void Findings::warn(std::string id, std::string message, std::string file, std::string cure)
{
  add({.id = std::move(id),
       .severity = Finding::Severity::warning,
       .message = std::move(message),
       .file = std::move(file),
       .cure = std::move(cure)});
}

void Findings::add(Finding finding)
{
  // A refusal and a warning may share a kind, and neither may hide the other.
  const std::string kind = fmt::format("{} {}", finding.id, static_cast<int>(finding.severity));
  if (++m_count[kind] <= k_most_of_a_kind) {
    m_findings.push_back(std::move(finding));
  }
}

std::vector<Finding> Findings::take()
{
  std::map<std::string, Finding*> last;
  for (auto& finding : m_findings) {
    last[fmt::format("{} {}", finding.id, static_cast<int>(finding.severity))] = &finding;
  }
  for (const auto& [kind, finding] : last) {
    if (m_count[kind] > k_most_of_a_kind) {
      finding->message += fmt::format(" (and {} more like it)", m_count[kind] - k_most_of_a_kind);
    }
  }
  std::stable_sort(m_findings.begin(), m_findings.end(), [](const Finding& a, const Finding& b) { return a.severity < b.severity; });
  return std::move(m_findings);
}

}  // namespace davit::commands::image
