// SPDX-License-Identifier: Apache-2.0
// Runs the command lines of tests/golden/*.transcript and compares what they print and how they end. DAVIT_UPDATE_GOLDEN=1 writes the
// files anew, for a reviewer to read in the diff.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/support/process.hpp"

namespace davit::tests {
namespace {

namespace fs = std::filesystem;

/// One command line, and what came of it: the lines below the `$`.
struct Exchange {
  std::string command;
  std::string expected;
};

std::vector<Exchange> read_transcript(const fs::path& file)
{
  std::vector<Exchange> out;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("$ ")) {
      out.push_back({line.substr(2), ""});
    } else if (!out.empty() && !line.empty()) {
      out.back().expected += line + "\n";
    }
  }
  return out;
}

std::string prefixed(const std::string& text, const std::string& prefix)
{
  std::stringstream in(text);
  std::string out;
  for (std::string line; std::getline(in, line);) {
    out += prefix + line + "\n";
  }
  return out;
}

/// The folder of a run has another name each time.
std::string without_folder(std::string text, const std::string& folder)
{
  for (auto at = text.find(folder); at != std::string::npos; at = text.find(folder, at)) {
    text.replace(at, folder.size(), "[folder]");
  }
  return text;
}

std::string run(const std::string& command, const fs::path& folder)
{
  const std::string script = "davit() { \"" DAVIT_BINARY "\" \"$@\"; }\n" + command;
  const Finished done = run_program("bash", {.arguments = {"-c", script}, .directory = folder});
  const std::string printed = prefixed(done.out, "out| ") + prefixed(done.err, "err| ");
  return "exit " + std::to_string(done.exit_code) + "\n" + without_folder(printed, folder.string());
}

class Transcript : public testing::TestWithParam<fs::path>
{
};

TEST_P(Transcript, StillHolds)
{
  const TemporaryDirectory folder;
  const bool update = std::getenv("DAVIT_UPDATE_GOLDEN") != nullptr;
  std::string rewritten;
  const auto exchanges = read_transcript(GetParam());
  EXPECT_FALSE(exchanges.empty());
  for (const auto& exchange : exchanges) {
    const std::string actual = run(exchange.command, folder.path());
    rewritten += (rewritten.empty() ? "" : "\n") + ("$ " + exchange.command + "\n" + actual);
    if (!update) {
      EXPECT_EQ(actual, exchange.expected) << "$ " << exchange.command;
    }
  }
  if (update) {
    std::ofstream(GetParam()) << rewritten;
  }
}

std::vector<fs::path> transcripts()
{
  std::vector<fs::path> out;
  for (const auto& entry : fs::directory_iterator(fs::path(DAVIT_SOURCE_DIR) / "tests/golden")) {
    if (entry.path().extension() == ".transcript") {
      out.push_back(entry.path());
    }
  }
  return out;
}

INSTANTIATE_TEST_SUITE_P(Golden, Transcript, testing::ValuesIn(transcripts()), [](const auto& file) { return file.param.stem().string(); });

}  // namespace
}  // namespace davit::tests
