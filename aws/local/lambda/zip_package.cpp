// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/zip_package.hpp"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "aws/core/encoding.hpp"
#include "aws/oci/digest.hpp"

namespace davit::aws::local::lambda {
namespace {

constexpr std::string_view k_python = "python";
constexpr std::array<std::string_view, 8> k_runtimes{"python3.9",  "python3.10", "python3.11",   "python3.12",
                                                     "python3.13", "python3.14", "provided.al2", "provided.al2023"};

}  // namespace

std::string StoredArchive::code_sha256() const
{
  return to_base64(from_hex(digest.substr(digest.find(':') + 1)).value_or(""));
}

Json to_json(const StoredArchive& archive)
{
  return {{"digest", archive.digest}, {"size", archive.size}, {"unzippedSize", archive.unzipped_size}};
}

StoredArchive archive_from_json(const Json& document)
{
  return {.digest = document.at("digest"), .size = document.at("size"), .unzipped_size = document.at("unzippedSize")};
}

std::string ZipPackage::digest() const
{
  std::string text = fmt::format("zip {} {}", runtime, code.digest);
  for (const auto& layer : layers) {
    text += " " + layer.archive.digest;
  }
  return oci::digest_of(text);
}

std::optional<std::string> ZipPackage::python_version() const
{
  return runtime.starts_with(k_python) ? std::optional(runtime.substr(k_python.size())) : std::nullopt;
}

Json to_json(const ZipPackage& package)
{
  Json layers = Json::array();
  for (const auto& layer : package.layers) {
    layers.push_back({{"arn", layer.arn}, {"archive", to_json(layer.archive)}});
  }
  return {{"runtime", package.runtime}, {"handler", package.handler}, {"code", to_json(package.code)}, {"layers", std::move(layers)}};
}

ZipPackage package_from_json(const Json& document)
{
  ZipPackage package{
      .runtime = document.at("runtime"), .handler = document.at("handler"), .code = archive_from_json(document.at("code")), .layers = {}};
  for (const auto& layer : document.at("layers")) {
    package.layers.push_back({.arn = layer.at("arn"), .archive = archive_from_json(layer.at("archive"))});
  }
  return package;
}

Answer<void> check_runtime(std::string_view runtime)
{
  if (std::find(k_runtimes.begin(), k_runtimes.end(), runtime) != k_runtimes.end()) {
    return {};
  }
  return refuse("InvalidParameterValueException",
                fmt::format("The local AWS does not serve the runtime {}: zip packages run in python3.9 to python3.14, provided.al2 and "
                            "provided.al2023, everything else as a container image",
                            runtime));
}

}  // namespace davit::aws::local::lambda
