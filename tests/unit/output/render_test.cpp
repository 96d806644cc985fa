// SPDX-License-Identifier: Apache-2.0
// What goes to a terminal or into a file: errors, tables, YAML.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/output/error.hpp"
#include "cli/output/table.hpp"
#include "cli/output/yaml.hpp"
#include "cli/term/visible.hpp"

namespace davit::cli {
namespace {

TEST(Visible, WritesOutWhatATerminalWouldObey)
{
  EXPECT_EQ(visible("a\x1b[31m\r\x7f\xC2\x9B"), "a\\x1b[31m\\x0d\\x7f\\x9b");
  EXPECT_EQ(visible("shop\xE2\x80\xAEpohs\xE2\x81\xA6"), "shop\\u202epohs\\u2066");
  EXPECT_EQ(visible("\tä€🚢\n\xC2\xA0"), "\tä€🚢\n\xC2\xA0");
  EXPECT_EQ(visible("\xC2"), "\xC2") << "a cut sequence is no control character";
}

TEST(Visible, KeepsColumnsInPlace)
{
  EXPECT_EQ(visible_in_place("a\x1b\xC2\x9B\xE2\x80\xAE"), "a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
}

std::string rendered(Diagnostic diagnostic)
{
  Error error{.message = "wrong"};
  error.diagnostics.push_back(std::move(diagnostic));
  return render_error(error, Color::no);
}

TEST(RenderError, PutsTheCaretBelowTheProblem)
{
  EXPECT_EQ(rendered({.file = "f", .line = 1, .column = 4, .message = "m", .source = "ä: x", .width = 1}),
            "davit: error: wrong\n  f:1:4: m\n    ä: x\n       ^\n");
  EXPECT_EQ(rendered({.file = "f", .line = 1, .column = 2, .message = "m", .source = "\tab", .width = 9}),
            "davit: error: wrong\n  f:1:2: m\n    \tab\n    \t^~\n")
      << "the underline ends with the line";
}

TEST(RenderError, CutsALongLineAroundTheProblem)
{
  const std::string line = std::string(300, 'a') + "XYZ" + std::string(300, 'b');
  EXPECT_EQ(rendered({.file = "f", .line = 1, .column = 301, .message = "m", .source = line, .width = 3}),
            "davit: error: wrong\n  f:1:301: m\n    ..." + std::string(60, 'a') + "XYZ" + std::string(57, 'b') + "...\n    " +
                std::string(63, ' ') + "^~~\n");
}

TEST(RenderError, NeverDrivesTheTerminal)
{
  const std::string text =
      rendered({.file = "f\x1b", .line = 1, .column = 1, .message = "m\x1b]0;x\a", .source = "\x1b[2J", .hint = "h\x1b"});
  EXPECT_EQ(text.find('\x1b'), std::string::npos) << text;
  EXPECT_NE(text.find("m\\x1b]0;x\\x07"), std::string::npos) << text;
}

TEST(RenderTable, KeepsARowOnItsLine)
{
  EXPECT_EQ(render_table({.header = {"A", "B"}, .rows = {{"x\ny\x1b[31m", "z"}}}), "A         B\nx y\xEF\xBF\xBD[31m  z\n");
}

TEST(RenderYaml, QuotesWhatAnyReaderWouldTakeForAnotherType)
{
  for (const char* word : {"yes", "No", "on", "OFF", "y", "null", "~", "", "0123", "1e3", "1:30", "2024-01-31", ".inf", "=", "<<", "- a"}) {
    EXPECT_EQ(render_yaml(OrderedJson(word)), '"' + std::string(word) + "\"\n");
  }
  EXPECT_EQ(render_yaml(OrderedJson("plain-word")), "plain-word\n");
}

TEST(RenderYaml, EscapesWhatYamlForbids)
{
  EXPECT_EQ(render_yaml(OrderedJson("\x7f \xC2\x85 \xE2\x80\xA8 \xEF\xBB\xBF ä🚢 \x01")), "\"\\x7f \\x85 \\u2028 \\ufeff ä🚢 \\u0001\"\n");
}

TEST(RenderYaml, WritesNumbersThatAllReadersTakeForNumbers)
{
  EXPECT_EQ(render_yaml(OrderedJson(1e300)), "1.0e+300\n");
  EXPECT_EQ(render_yaml(OrderedJson(1.5e300)), "1.5e+300\n");
  EXPECT_EQ(render_yaml(OrderedJson(-12)), "-12\n");
}

}  // namespace
}  // namespace davit::cli
