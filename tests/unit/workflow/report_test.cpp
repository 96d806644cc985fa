// SPDX-License-Identifier: Apache-2.0
#include "commands/workflow/smoke/report.hpp"

#include <gtest/gtest.h>

#include "commands/workflow/smoke/markup.hpp"

namespace davit::commands::workflow::smoke {
namespace {

std::vector<SuiteResult> results()
{
  return {{.name = "products & <more>",
           .file = "smoke/products.yaml",
           .target = "local",
           .steps = {{.name = "is found", .phase = "step", .status = StepStatus::passed, .duration_ms = 1500, .attempts = 1},
                     {.name = "has \"x\"",
                      .phase = "step",
                      .status = StepStatus::failed,
                      .duration_ms = 3,
                      .attempts = 2,
                      .checks = {{.check = "status", .expected = 200, .actual = 500, .ok = false}}},
                     {.name = "later", .phase = "cleanup", .status = StepStatus::skipped, .message = "{{id}} was not captured"}}}};
}

TEST(SmokeReport, JsonHoldsTheContract)
{
  const auto report = json_report(results());
  const auto& suite = report.at("suites").at(0);
  EXPECT_EQ(suite.at("target"), "local");
  EXPECT_EQ(suite.at("steps").at(1).at("status"), "failed");
  EXPECT_EQ(suite.at("steps").at(1).at("attempts"), 2);
  EXPECT_EQ(suite.at("steps").at(1).at("checks").at(0),
            OrderedJson({{"check", "status"}, {"expected", 200}, {"actual", 500}, {"ok", false}}));
  EXPECT_EQ(report.at("failed"), 1);
  EXPECT_EQ(report.at("skipped"), 1);
}

TEST(SmokeReport, JunitEscapesAndCounts)
{
  const std::string xml = junit_report(results());
  EXPECT_NE(
      xml.find("<testsuite name=\"products &amp; &lt;more&gt;\" tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"1\" time=\"1.503\""),
      std::string::npos);
  EXPECT_NE(xml.find("<failure type=\"check\" message=\"status: expected 200, got 500\">"), std::string::npos);
  EXPECT_NE(xml.find("name=\"has &quot;x&quot;\""), std::string::npos);
}

TEST(SmokeReport, JunitHasNoNameTwiceInAClass)
{
  auto twice = results();
  twice.push_back(twice.front());
  const std::string xml = junit_report(twice);
  EXPECT_NE(xml.find("name=\"is found (2)\""), std::string::npos);
}

TEST(SmokeReport, MarkupTakesAnyBytes)
{
  EXPECT_EQ(escape_text("a\x01\xFF\xED\xA0\x80 \xC3\xA9 \xEF\xBF\xBF\r"),
            "a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD \xC3\xA9 \xEF\xBF\xBD&#13;");
  EXPECT_EQ(escape_attribute("a\n\"b\""), "a&#10;&quot;b&quot;");
}

TEST(SmokeReport, HtmlShowsWhatFailed)
{
  const std::string html = html_report(results());
  EXPECT_NE(html.find("products &amp; &lt;more&gt;"), std::string::npos);
  EXPECT_NE(html.find("<td>status</td><td><code>200</code></td><td><code>500</code></td>"), std::string::npos);
  EXPECT_EQ(html.find("<script"), std::string::npos);
}

}  // namespace
}  // namespace davit::commands::workflow::smoke
