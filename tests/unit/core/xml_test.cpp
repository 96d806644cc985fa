// SPDX-License-Identifier: Apache-2.0
#include "aws/core/xml.hpp"

#include <gtest/gtest.h>

namespace davit {
namespace {

TEST(Xml, ReadsElementsAndText)
{
  const auto root = parse_xml(
      "<?xml version=\"1.0\"?>\n<!-- c --><R xmlns=\"u\"><A><B>x &lt;&#65;&#x1F600;&gt;</B><B/></A><C><![CDATA[<raw>&amp;]]></C></R>\n");
  ASSERT_TRUE(root) << root.error().message;
  EXPECT_EQ(root->name, "R");
  EXPECT_EQ(root->text_at("A/B"), "x <A\xF0\x9F\x98\x80>");
  EXPECT_EQ(root->text_at("C"), "<raw>&amp;");
  EXPECT_EQ(root->text_at("A/Z"), "");
  EXPECT_EQ(root->child("A")->children.size(), 2U);
}

TEST(Xml, RefusesWhatIsNotWellFormed)
{
  for (const char* const text : {"", "x", "<a>", "<a></b>", "<a/><b/>", "<a x=1/>", "<a x/>", "<a>&nbsp;</a>", "<a>&#xD800;</a>",
                                 "<a>&#0;</a>", "<a>&lt</a>", "<a", "<a/>junk", "< a/>"}) {
    EXPECT_FALSE(parse_xml(text)) << text;
  }
}

TEST(Xml, RefusesDocumentTypesAndDepth)
{
  EXPECT_FALSE(parse_xml("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>"));
  std::string deep;
  for (int i = 0; i < 65; ++i) {
    deep += "<a>";
  }
  EXPECT_FALSE(parse_xml(deep));
}

}  // namespace
}  // namespace davit
