// SPDX-License-Identifier: Apache-2.0
// The handler as AWS's runtime interface client for Python finds it: the module before the last dot, imported from the folder that the
// function starts in (github.com/aws/aws-lambda-python-runtime-interface-client).
#include <fmt/format.h>

#include <algorithm>

#include "aws/core/spelling.hpp"
#include "commands/image/gate_checks.hpp"
#include "commands/image/python_names.hpp"

namespace davit::commands::image {
namespace {

namespace oci = aws::oci;

constexpr std::string_view k_client = "awslambdaric";

/// Where that Python looks for modules, first place first.
std::vector<std::string> search_path(const StartedImage& image)
{
  std::vector<std::string> out{image.working_directory()};
  std::string paths = image.documents.config.variable("PYTHONPATH").value_or("");
  while (!paths.empty()) {
    const std::size_t colon = std::min(paths.find(':'), paths.size());
    out.push_back(paths.substr(0, colon));
    paths.erase(0, colon + 1);
  }
  if (image.is_aws) {
    out.insert(out.end(), {"/var/runtime", "/opt/python"});
  }
  const int minor = image.python_minor.value_or(0);
  for (const char* prefix : {"/usr/local", "/usr", "/var/lang", "/opt/venv"}) {
    for (const char* name : {"site-packages", "dist-packages"}) {
      out.push_back(fmt::format("{}/lib/python3.{}/{}", prefix, minor, name));
      out.push_back(fmt::format("{}/lib64/python3.{}/{}", prefix, minor, name));
    }
    out.push_back(fmt::format("{}/lib/python3/dist-packages", prefix));
  }
  return out;
}

std::optional<ImageTree::Found> file_at(const ImageTree& tree, const std::string& path)
{
  const auto found = tree.find(path);
  return found && found->file->type == oci::EntryType::file ? found : std::nullopt;
}

/// The file of a module, "app/main" for "app.main", in one folder.
std::optional<ImageTree::Found> module_in(const ImageTree& tree, const std::string& folder, const std::string& module, int minor)
{
  const std::string path = folder + "/" + module;
  const std::string abi = fmt::format(".cpython-3{}", minor);
  for (const std::string& end :
       {std::string("/__init__.py"), std::string(".py"), std::string("/__init__.pyc"), std::string(".pyc"), abi + "-x86_64-linux-gnu.so",
        abi + "-aarch64-linux-gnu.so", std::string(".abi3.so"), std::string(".so")}) {
    if (auto found = file_at(tree, path + end)) {
      return found;
    }
  }
  return std::nullopt;
}

std::optional<ImageTree::Found> find_module(const StartedImage& image, const std::string& module)
{
  for (const auto& folder : search_path(image)) {
    if (auto found = module_in(image.tree, folder, module, image.python_minor.value_or(0))) {
      return found;
    }
  }
  return std::nullopt;
}

/// Modules of the function's own folder, for a suggestion.
std::vector<std::string> own_modules(const StartedImage& image)
{
  std::vector<std::string> out;
  const std::string prefix = image.working_directory().substr(1) + "/";
  const auto& files = image.tree.files();
  for (auto file = files.lower_bound(prefix); file != files.end() && file->first.starts_with(prefix); ++file) {
    if (file->first.ends_with(".py")) {
      std::string name = file->first.substr(prefix.size(), file->first.size() - prefix.size() - 3);
      std::replace(name.begin(), name.end(), '/', '.');
      out.push_back(std::move(name));
    }
  }
  return out;
}

void check_client(const StartedImage& image, Findings& findings)
{
  if (!find_module(image, std::string(k_client))) {
    findings.refuse("runtime-client-missing", "the image has no awslambdaric, which takes the events for Python", "",
                    "add awslambdaric to the requirements, or use one of AWS's base images");
    return;
  }
  const auto native = find_module(image, "runtime_client");
  const auto& files = image.tree.files();
  const bool has_other = std::any_of(files.begin(), files.end(),
                                     [](const auto& entry) { return entry.first.find("/runtime_client.cpython-") != std::string::npos; });
  if (!native && has_other) {
    findings.refuse("runtime-client-abi", fmt::format("awslambdaric is there, but built for another Python than 3.{}", *image.python_minor),
                    "", "install it for the image's Python");
  }
}

void check_function(const ImageTree::Found& module, const std::string& function, const std::string& handler, Findings& findings)
{
  if (!module.path.ends_with(".py")) {
    return;
  }
  const ModuleNames known = module_names(module.file->content);
  if (known.is_open || known.names.contains(function)) {
    return;
  }
  const std::vector<std::string> names(known.names.begin(), known.names.end());
  const auto suggestion = nearest(function, names);
  findings.refuse("handler-function", fmt::format("the handler is '{}', and the module defines no '{}'", handler, function), module.path,
                  suggestion ? fmt::format("did you mean {}?", *suggestion) : "define it, import it, or name another one");
}

void check_named(const StartedImage& image, const std::string& handler, Findings& findings)
{
  const std::size_t dot = handler.rfind('.');
  if (dot == std::string::npos || dot == 0 || dot + 1 == handler.size()) {
    findings.refuse("handler-form", fmt::format("the handler '{}' names no function of a module", handler), "",
                    "write module.function, such as app.main.handler");
    return;
  }
  std::string module = handler.substr(0, dot);
  std::replace(module.begin(), module.end(), '.', '/');
  const auto found = find_module(image, module);
  if (found) {
    check_function(*found, handler.substr(dot + 1), handler, findings);
    return;
  }
  const auto suggestion = nearest(handler.substr(0, dot), own_modules(image));
  findings.refuse(
      "handler-module", fmt::format("the handler is '{}', and no such module can be imported", handler),
      fmt::format("{}/{}.py", image.working_directory(), module),
      suggestion ? fmt::format("did you mean {}{}?", *suggestion, handler.substr(dot)) : "copy it there, or name another module");
}

/// The argument that names the handler. Nothing where something else than AWS's client runs it.
std::optional<std::string> handler_of(const StartedImage& image)
{
  const auto& command = image.command;
  if (image.is_aws) {
    return command.size() > 1 ? command[1] : "";
  }
  for (std::size_t i = 1; i + 1 < command.size(); ++i) {
    if (command[i] == "-m" && command[i + 1] == k_client) {
      return i + 2 < command.size() ? command[i + 2] : "";
    }
  }
  return std::nullopt;
}

}  // namespace

void check_handler(const StartedImage& image, Findings& findings)
{
  const auto handler = handler_of(image);
  if (!handler) {
    return;
  }
  if (handler->empty()) {
    findings.refuse("handler-missing", "neither ENTRYPOINT nor CMD names the handler", image.documents.manifest.config.digest,
                    "name it in CMD: [\"app.main.handler\"]");
    return;
  }
  if (!image.python_minor) {
    return;
  }
  if (!image.is_aws) {
    check_client(image, findings);
  }
  check_named(image, *handler, findings);
}

}  // namespace davit::commands::image
