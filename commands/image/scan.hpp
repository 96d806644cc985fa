// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "aws/core/result.hpp"
#include "aws/core/time.hpp"
#include "aws/ecr/client.hpp"
#include "commands/image/allow_list.hpp"

namespace CLI {
class App;
}
namespace davit::cli {
class Registry;
}

namespace davit::commands::image {

/// From the worst; ECR's UNDEFINED and Inspector's UNTRIAGED count as low, because they say that nobody has looked.
enum class Severity { critical, high, medium, low, informational, none };

Severity severity_of(std::string_view name);

struct ScanRequest {
  std::string repository;
  std::string version;  ///< tag or digest
  Severity fail_on = Severity::high;
  std::vector<Allowance> allowances = {};
  std::chrono::milliseconds timeout{300'000};
  std::chrono::milliseconds interval{2'000};  ///< between two looks
  TimePoint now = system_now();
  std::function<void(std::string_view)> progress = {};
};

/// What became of one finding.
struct JudgedFinding {
  enum class Verdict {
    blocks,   ///< as bad as --fail-on or worse
    passes,   ///< less bad
    allowed,  ///< would block, and somebody lets it pass
    expired,  ///< blocks: the entry that let it pass has ended
  };
  aws::ecr::Finding finding;
  Verdict verdict = Verdict::passes;
  std::optional<Allowance> allowance = std::nullopt;
};

struct ScanResponse {
  aws::ecr::ScanResult scan;
  std::vector<JudgedFinding> findings;  ///< from the worst
  std::vector<Allowance> unused;        ///< that cover nothing that was found
  bool started = false;                 ///< whether this command had the image scanned

  [[nodiscard]] std::size_t blocking() const;
};

/// Each finding by the threshold and the allow list.
std::vector<JudgedFinding> judge_findings(const std::vector<aws::ecr::Finding>& findings, const ScanRequest& request);

/// Reads the findings of the newest scan; has the image scanned when it never was; waits for the end. Failed error for a scan that failed
/// or an image that ECR cannot scan, unavailable when the scan does not end in time: neither is a clean image.
Result<ScanResponse> scan(aws::ecr::Client& ecr, const ScanRequest& request);

void add_scan(CLI::App& group, cli::Registry& registry);

}  // namespace davit::commands::image
