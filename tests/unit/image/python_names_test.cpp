// SPDX-License-Identifier: Apache-2.0
#include "commands/image/python_names.hpp"

#include <gtest/gtest.h>

namespace davit::commands::image {
namespace {

bool defines(std::string_view source, const std::string& name = "handler")
{
  return module_names(source).names.contains(name);
}

TEST(PythonNames, FindsWhatAModuleBinds)
{
  for (const char* source : {"def handler(event, context):\n  return 1\n",
                             "async  def handler(e, c): pass",
                             "class handler:\n  pass\n",
                             "handler = make()",
                             "handler: Callable = make()",
                             "a = b = handler = 1",
                             "handler, other = pair()",
                             "(a, [handler, c]) = x",
                             "handler += 1",
                             "from app import handler",
                             "from app import (\n    one,  # x\n    handler,\n)",
                             "import app.main as handler",
                             "import handler",
                             "if True:\n    def handler(): pass\nelse:\n    handler = None\n",
                             "try:\n  from fast import handler\nexcept ImportError:\n  from slow import handler\n",
                             "with open('x') as handler: pass",
                             "for handler in (): pass",
                             "if x: handler = 1",
                             "@wrap(\n  1)\ndef handler(): pass",
                             "x = 1; handler = 2",
                             "if (handler := make()): pass",
                             "\xEF\xBB\xBF"
                             "def handler(): pass",
                             "def f():\n  global handler\n  handler = 1\nf()",
                             "x = \\\n  1\nhandler = 2",
                             "def other():\n    '''\ndoc\n    '''\n\ndef handler():\r\n    pass\r\n",
                             "match x:\n  case handler: pass",
                             "\t\ndef handler(): pass"}) {
    EXPECT_TRUE(defines(source)) << source;
  }
}

TEST(PythonNames, PassesOverWhatIsInsideOrOnlyText)
{
  for (const char* source :
       {"def main():\n  handler = 1\n", "class A:\n  def handler(self): pass\n", "# def handler(): pass\n",
        "'''\ndef handler(): pass\n'''\n", "text = 'handler = 1'\n", "x = r'\\' + \"handler = \"\n", "main(handler)\n",
        "def main(\n  handler=1,\n):\n  pass\n", "x == handler\n", "def a(): pass\nasync def b():\n  def handler(): pass\n",
        "print(f'{handler}')\n", "class A:\n\n  # less\n# indented\n  handler = 1\n", ""}) {
    EXPECT_FALSE(defines(source)) << source;
  }
}

TEST(PythonNames, SaysWhenMoreMayCome)
{
  for (const char* source : {"from app import *\n", "def __getattr__(name):\n  return 1\n", "globals()['handler'] = 1\n", "exec(text)\n",
                             "setattr(sys.modules[__name__], 'handler', 1)\n", "def f():\n  globals().update(x)\n"}) {
    EXPECT_TRUE(module_names(source).is_open) << source;
  }
  EXPECT_FALSE(module_names("def main(): pass\n").is_open);
}

TEST(PythonNames, EndsOnEveryText)
{
  for (const char* source :
       {"\"\"\"open", "'open", "(((", ")))", "\\", "x\\", "a = (\n", "#", "\n\n", "\xff\xfe", "def", "class", "import", "async"}) {
    module_names(source);
  }
}

}  // namespace
}  // namespace davit::commands::image
