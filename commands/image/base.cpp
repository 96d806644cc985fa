// SPDX-License-Identifier: Apache-2.0
#include "commands/image/base.hpp"

#include <fmt/format.h>

#include <charconv>
#include <regex>

#include "aws/core/file.hpp"
#include "aws/core/json.hpp"
#include "aws/oci/digest.hpp"
#include "aws/oci/layer.hpp"
#include "aws/oci/tar_reader.hpp"
#include "commands/image/elf.hpp"

namespace davit::commands::image {
namespace {

namespace fs = std::filesystem;
namespace oci = aws::oci;

/// What the files of a base tell. Kept by the image's digest, because reading every layer takes longer than a whole unchanged build.
struct Facts {
  std::string interpreter;
  int python_minor = 0;
  int glibc_minor = 0;
  bool has_musl = false;
  bool has_lambda_entrypoint = false;
};

int number(std::string_view digits)
{
  int value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

void look_at(const oci::TarEntry& entry, Facts& facts)
{
  const std::string path = entry.path.starts_with("./") ? entry.path.substr(2) : entry.path;
  static const std::regex k_python(R"((usr/local|usr|var/lang)/bin/python3\.(\d+))");
  static const std::regex k_musl(R"((usr/)?lib/ld-musl-[^/]+)");
  std::smatch match;
  if (path == "lambda-entrypoint.sh") {
    facts.has_lambda_entrypoint = true;
  } else if (entry.type == oci::EntryType::file && std::regex_match(path, match, k_python)) {
    facts.interpreter = "/" + path;
    facts.python_minor = number(match[2].str());
  } else if (path.ends_with("/libc.so.6") || path.find("/libc-2.") != std::string::npos) {
    facts.glibc_minor = std::max(facts.glibc_minor, glibc_minor_of(entry.content));
  } else if (std::regex_match(path, k_musl)) {
    facts.has_musl = true;
  }
}

Result<Facts> read_facts(const oci::Layout& layout, const oci::Image& image, const fs::path& scratch)
{
  Facts facts;
  for (std::size_t i = 0; i < image.manifest.layers.size(); ++i) {
    DAVIT_TRY_ASSIGN(const oci::MappedFile blob, layout.read(image.manifest.layers[i]));
    DAVIT_TRY_ASSIGN(oci::ScratchFile archive, oci::read_layer(blob.bytes(), image.manifest.layers[i], image.config.diff_ids[i], scratch));
    DAVIT_TRY_ASSIGN(const std::string_view bytes, archive.view());
    oci::TarReader reader(bytes);
    while (true) {
      DAVIT_TRY_ASSIGN(const auto entry, reader.next());
      if (!entry) {
        break;
      }
      look_at(*entry, facts);
    }
  }
  return facts;
}

std::string to_text(const Facts& facts)
{
  return Json{{"interpreter", facts.interpreter},
              {"pythonMinor", facts.python_minor},
              {"glibcMinor", facts.glibc_minor},
              {"hasMusl", facts.has_musl},
              {"hasLambdaEntrypoint", facts.has_lambda_entrypoint}}
      .dump();
}

/// Nothing when there is no record, or not one that this version wrote: then the layers are read again.
std::optional<Facts> recorded_facts(const fs::path& record)
{
  const auto text = read_file(record);
  const auto document = text ? parse_json(*text, record.string()) : fail(text.error());
  if (!document) {
    return std::nullopt;
  }
  try {
    return Facts{.interpreter = document->at("interpreter").get<std::string>(),
                 .python_minor = document->at("pythonMinor").get<int>(),
                 .glibc_minor = document->at("glibcMinor").get<int>(),
                 .has_musl = document->at("hasMusl").get<bool>(),
                 .has_lambda_entrypoint = document->at("hasLambdaEntrypoint").get<bool>()};
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

Result<Facts> facts_of(const oci::Layout& layout, const oci::Image& image, const fs::path& cache)
{
  DAVIT_TRY_ASSIGN(const std::string hex, oci::digest_hex(image.descriptor.digest));
  const fs::path record = cache / ("base-" + hex + ".json");
  if (const auto recorded = recorded_facts(record)) {
    return *recorded;
  }
  std::error_code error;
  const bool keeps = fs::is_directory(cache, error);
  DAVIT_TRY_ASSIGN(const Facts facts, read_facts(layout, image, keeps ? cache : fs::temp_directory_path()));
  if (keeps) {
    DAVIT_TRY(write_file(record, to_text(facts)));
  }
  return facts;
}

Status check_architecture(const oci::Image& image, const cli::config::Handler& handler)
{
  const std::string wanted = oci_name_of(handler.architecture);
  const auto& platform = image.config.platform;
  if (platform.os == "linux" && platform.architecture == wanted) {
    return {};
  }
  return fail(usage_error(fmt::format("the base '{}' is for {}/{}, but handler.architecture is {}", handler.base, platform.os,
                                      platform.architecture, name_of(handler.architecture)),
                          "choose a base for that architecture, or change handler.architecture"));
}

Status add_python(Base& base, const Facts& facts)
{
  if (facts.interpreter.empty()) {
    return {};
  }
  if (facts.has_musl || facts.glibc_minor == 0) {
    return fail(usage_error(fmt::format("the base '{}' has no glibc, which Lambda's runtime interface client needs", base.name),
                            "use a base made from Debian or Amazon Linux"));
  }
  base.python = PythonRuntime{.interpreter = facts.interpreter, .minor = facts.python_minor, .glibc_minor = facts.glibc_minor};
  return {};
}

/// The layout and the image of "oci:DIR[:TAG]".
Status open_layout_base(Base& base, const cli::config::Project& project)
{
  const auto& handler = *project.handler;
  DAVIT_TRY_ASSIGN(oci::LayoutReference reference, oci::parse_layout_reference(handler.base));
  reference.directory = (project.directory / reference.directory).lexically_normal();
  auto layout = oci::Layout::open(reference.directory);
  if (!layout) {
    return fail(std::move(layout)
                    .error()
                    .wrap(fmt::format("handler.base '{}'", handler.base))
                    .with_hint(fmt::format("make one with: scripts/python-base {}", reference.directory.string())));
  }
  base.layout = std::move(*layout);
  DAVIT_TRY_ASSIGN(base.image, base.layout->find(reference.tag, oci_name_of(handler.architecture)));
  return {};
}

/// AWS's runtime has the files of AWS's base images, at the same places.
Result<Base> runtime_base(const cli::config::Handler& handler)
{
  const auto* runtime = cli::config::runtime_named(handler.runtime);
  if (runtime == nullptr) {
    return fail(usage_error("davit makes zip packages of python and native handlers, not of node ones"));
  }
  Base base{.name = handler.runtime, .is_aws = true, .runtime = runtime};
  if (runtime->python_minor != 0) {
    base.python = PythonRuntime{.interpreter = fmt::format("/var/lang/bin/python3.{}", runtime->python_minor),
                                .minor = runtime->python_minor,
                                .glibc_minor = runtime->glibc_minor};
  }
  return base;
}

/// False when it would have to be fetched, and may not be.
Result<bool> open_registry_base(Base& base, const cli::config::Handler& handler, const BaseSource& source)
{
  const RegistryBaseRequest request{.reference = handler.base,
                                    .architecture = oci_name_of(handler.architecture),
                                    .folder = source.folder,
                                    .open = source.open_registry,
                                    .pinned = source.pinned,
                                    .progress = source.progress};
  std::optional<RegistryBase> found;
  if (source.fetch == Fetch::no) {
    DAVIT_TRY_ASSIGN(found, find_base(request));
  } else {
    DAVIT_TRY_ASSIGN(found, pull_base(request));
  }
  if (found) {
    base.was_offline = found->was_offline;
    base.layout = std::move(found->layout);
    base.image = std::move(found->image);
  }
  return found.has_value();
}

}  // namespace

Result<std::optional<Base>> open_base(const cli::config::Project& project, const fs::path& cache, const BaseSource& source)
{
  const auto& handler = *project.handler;
  if (handler.package == cli::config::PackageType::zip) {
    DAVIT_TRY_ASSIGN(Base runtime, runtime_base(handler));
    return runtime;
  }
  Base base{.name = handler.base};
  if (handler.base == "scratch") {
    return base;
  }
  if (handler.base.starts_with("oci:")) {
    DAVIT_TRY(open_layout_base(base, project));
  } else {
    DAVIT_TRY_ASSIGN(const bool is_here, open_registry_base(base, handler, source));
    if (!is_here) {
      return std::nullopt;
    }
  }
  DAVIT_TRY(check_architecture(*base.image, handler));
  DAVIT_TRY_ASSIGN(const Facts facts, facts_of(*base.layout, *base.image, cache));
  base.is_aws = facts.has_lambda_entrypoint || base.image->config.variable("LAMBDA_RUNTIME_DIR").has_value();
  DAVIT_TRY(add_python(base, facts));
  return base;
}

}  // namespace davit::commands::image
