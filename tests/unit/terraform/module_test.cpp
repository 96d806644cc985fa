// SPDX-License-Identifier: Apache-2.0
#include "commands/terraform/module.hpp"

#include <gtest/gtest.h>

#include "commands/terraform/conformance.hpp"
#include "tests/support/process.hpp"

namespace davit::commands::terraform {
namespace {

std::vector<Variable> variables_in(const std::string& source)
{
  const auto file = tokenize(source, "main.tf");
  if (!file) {
    ADD_FAILURE() << file.error().diagnostics.front().message;
    return {};
  }
  const auto variables = read_native_variables(*file);
  if (!variables) {
    ADD_FAILURE() << variables.error().diagnostics.front().message;
    return {};
  }
  return *variables;
}

Type type_in(const std::string& text)
{
  const auto variables = variables_in("variable \"x\" { type = " + text + "\n}\n");
  return variables.empty() ? Type{} : variables.front().type;
}

TEST(Module, FindsVariablesAmongEverythingElse)
{
  const auto variables = variables_in(R"tf(
# variable "comment" {}
/* variable "comment" {}
*/
locals { // variable "no" {}
  text = "variable \"no\" { ${jsonencode({ a = "}" })} %{ if true }{%{ endif }"
  doc  = <<-EOT
    variable "no" {
      ${join("}", ["{"])}
    EOT
}
resource "aws_x" "variable" { variable = 1 }
variable "one" {}
variable "two" { default = { a = "}" } }
variable "three" {
  description = <<EOF
variable "no" {}
EOF
  type        = list(
    string
  )
  default   = null
  nullable  = false
  sensitive = true
  validation {
    condition     = length(var.three) > 0 ? true : { a = 1 } == {}
    error_message = "no }"
  }
}
output "o" { value = var.one }
)tf");
  ASSERT_EQ(variables.size(), 3U);
  EXPECT_EQ(variables[0].name, "one");
  EXPECT_FALSE(variables[0].has_default);
  EXPECT_TRUE(variables[0].nullable);
  EXPECT_TRUE(variables[1].has_default);
  EXPECT_EQ(variables[2].place.line, 15);
  EXPECT_EQ(variables[2].place.column, 1);
  EXPECT_EQ(to_string(variables[2].type), "list(string)");
  EXPECT_TRUE(variables[2].has_default);
  EXPECT_FALSE(variables[2].nullable);
  EXPECT_TRUE(variables[2].sensitive);
  EXPECT_TRUE(variables[2].has_validation);
}

TEST(Module, ReadsEveryType)
{
  for (const char* text : {"any", "string", "number", "bool", "list(any)", "set(number)", "map(list(string))", "tuple([string, number])",
                           "tuple([])", "object({})", "object({a = string, b = optional(number)})",
                           "map(object({k = object({name = string, type = string}), i = map(any)}))"}) {
    EXPECT_EQ(to_string(type_in(text)), text);
  }
  EXPECT_EQ(to_string(type_in("map")), "map(any)");
  EXPECT_EQ(to_string(type_in("\"list\"")), "list(any)") << "the form of Terraform 0.11";
  EXPECT_EQ(to_string(type_in("object({\n a = optional(string, join(\",\", [\"x)\"]))\n \"b\" : bool, # c\n})")),
            "object({a = optional(string), b = bool})");
}

struct Wrong {
  const char* source;
  int line;
  int column;
  const char* message;
};

class WrongModule : public testing::TestWithParam<Wrong>
{
};

TEST_P(WrongModule, IsRefusedAtItsPlace)
{
  const auto file = tokenize(GetParam().source, "main.tf");
  const auto variables = file ? read_native_variables(*file) : Result<std::vector<Variable>>(fail(file.error()));
  ASSERT_FALSE(variables);
  const Diagnostic& problem = variables.error().diagnostics.front();
  EXPECT_EQ(problem.line, GetParam().line);
  EXPECT_EQ(problem.column, GetParam().column);
  EXPECT_NE(problem.message.find(GetParam().message), std::string::npos) << problem.message;
}

INSTANTIATE_TEST_SUITE_P(Cases, WrongModule,
                         testing::Values(Wrong{"a = \"x\n", 1, 5, "never ends"}, Wrong{"/* x", 1, 1, "never ends"},
                                         Wrong{"a = <<EOT\nx\n", 1, 5, "no line `EOT`"}, Wrong{"a = \"${b\n", 1, 6, "template"},
                                         Wrong{"variable \"x\" {\n", 1, 14, "never closed"},
                                         Wrong{"x \"a\" {\n b = [1\n}\n", 1, 7, "never closed"},
                                         Wrong{"variable \"x\" {\n  type = strin\n}\n", 2, 10, "\"strin\" is no type"},
                                         Wrong{"variable \"x\" { type = object({ a string }) }\n", 1, 34, "expected `=`"},
                                         Wrong{"variable \"x\" { type = list(string }\n", 1, 35, "expected `)`"},
                                         Wrong{"= 1\n", 1, 1, "expected a block"}, Wrong{"a = \"\\q\"\n", 1, 6, "no escape"}));

TEST(Module, ReadsFoldersAsTerraformDoes)
{
  const tests::TemporaryDirectory folder;
  folder.write("a.tf", "variable \"a\" { type = string }\n");
  folder.write(
      "b.tf.json",
      "{\n  \"variable\": {\n    \"b\": {\"type\": \"map(object({x = optional(number)}))\", \"default\": null, \"nullable\": false},\n    \"c\": [{\"sensitive\": true}]\n  }\n}\n");
  folder.write("z_override.tf", "variable \"a\" { default = \"x\" }\n");
  folder.write("dev.auto.tfvars", "b = {}\n# d = 1\ne = \"\"\"\n");
  folder.write("terraform.tfvars.json", "{\"c\": 1}");
  folder.write("other.tfvars", "f = 1\n");
  folder.write(".hidden.tf", "variable \"h\" {}\n");
  folder.write("sub/s.tf", "variable \"s\" {}\n");
  const auto refused = read_module(folder.path());
  EXPECT_FALSE(refused) << "a .tfvars that is no configuration is refused too";
  folder.write("dev.auto.tfvars", "b = {}\n# d = 1\ne = 1\n");
  const auto module = read_module(folder.path());
  ASSERT_TRUE(module) << module.error().message;
  EXPECT_EQ(module->variables.size(), 3U);
  EXPECT_TRUE(module->variables.at("a").has_default) << "from the override file";
  EXPECT_EQ(to_string(module->variables.at("a").type), "string");
  EXPECT_EQ(to_string(module->variables.at("b").type), "map(object({x = optional(number)}))");
  EXPECT_FALSE(module->variables.at("b").nullable);
  EXPECT_EQ(module->variables.at("b").place.line, 3);
  EXPECT_EQ(module->variables.at("b").place.column, 5);
  EXPECT_TRUE(module->variables.at("c").sensitive);
  EXPECT_EQ(module->set_beside, (std::set<std::string>{"b", "c", "e"}));
}

TEST(Module, RefusesWhatIsDeclaredTwiceAndEmptyFolders)
{
  const tests::TemporaryDirectory folder;
  EXPECT_FALSE(read_module(folder.path()));
  EXPECT_FALSE(read_module(folder.path() / "absent"));
  folder.write("a.tf", "variable \"a\" {}\n");
  folder.write("b.tf", "\nvariable \"a\" {}\n");
  const auto module = read_module(folder.path());
  ASSERT_FALSE(module);
  EXPECT_EQ(module.error().diagnostics.front().line, 2);
}

std::string mismatch_of(const std::string& json, const std::string& type)
{
  const auto found = mismatches(OrderedJson::parse(json), type_in(type), "v");
  return found.empty() ? "" : found.front().path + ": " + found.front().message;
}

TEST(Conformance, TakesWhatFits)
{
  for (const auto& [json, type] :
       std::vector<std::pair<std::string, std::string>>{{"\"x\"", "string"},
                                                        {"1", "string"},
                                                        {"true", "string"},
                                                        {"null", "object({a = string})"},
                                                        {"1.5", "number"},
                                                        {"[1, \"a\"]", "tuple([number, string])"},
                                                        {"[]", "set(string)"},
                                                        {"{\"a\": {\"b\": null}}", "map(object({b = number, c = optional(string)}))"},
                                                        {"{\"a\": [1], \"b\": []}", "map(any)"},
                                                        {"[{\"x\": 1}, 2]", "any"}}) {
    EXPECT_EQ(mismatch_of(json, type), "") << json << " as " << type;
  }
}

TEST(Conformance, NamesWhatDoesNot)
{
  EXPECT_EQ(mismatch_of("\"012\"", "number"), "v: davit renders a string, and the module declares number");
  EXPECT_EQ(mismatch_of("\"true\"", "bool"), "v: davit renders a string, and the module declares bool");
  EXPECT_EQ(mismatch_of("{\"a\": [1, {}]}", "map(list(number))"), "v.a[1]: davit renders an object, and the module declares number");
  EXPECT_EQ(mismatch_of("{}", "object({a = string})"), "v.a: the module needs this attribute, and davit renders none");
  EXPECT_EQ(mismatch_of("{\"b\": 1}", "object({a = optional(string)})"),
            "v.b: the module's type has no such attribute, so Terraform would drop it silently");
  EXPECT_EQ(mismatch_of("[1]", "tuple([number, number])"), "v: davit renders a list, and the module declares tuple([number, number])");
  EXPECT_EQ(mismatch_of("{\"a\": {\"x\": 1}, \"b\": {}}", "map(any)"),
            "v: the elements of map(any) must all have one type, and these have not");
  EXPECT_EQ(mismatch_of("{}", "list(string)"), "v: davit renders an object, and the module declares list(string)");
}

}  // namespace
}  // namespace davit::commands::terraform
