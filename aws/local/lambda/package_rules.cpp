// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/package_rules.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "aws/local/json_input.hpp"
#include "aws/zip/limits.hpp"

namespace davit::aws::local::lambda {
namespace {

constexpr std::size_t k_most_layers = 5;

tl::unexpected<Fault> refused(std::string message)
{
  return refuse("InvalidParameterValueException", std::move(message));
}

Answer<UsedLayer> layer_named(const Function& function, const std::string& arn, LayerStore& layers)
{
  const auto name = parse_layer_name(arn);
  const bool is_here = name && name->version > 0 && name->account == function.account && name->region == function.region;
  if (!is_here) {
    return refused(fmt::format("Layer version {} is not of this account and region, or is no ARN of one", arn));
  }
  DAVIT_STORED_ASSIGN(const auto found, layers.find(function.caller(), name->name, name->version));
  if (!found) {
    return refused(fmt::format("Layer version {} does not exist.", arn));
  }
  return UsedLayer{.arn = found->arn(), .archive = found->archive};
}

Answer<void> apply_layers(Function& function, const Json& input, LayerStore& layers)
{
  if (!input.contains("Layers") || input["Layers"].is_null()) {
    return {};
  }
  DAVIT_ANSWER_ASSIGN(const auto arns, input::texts(input, "Layers"));
  if (arns.size() > k_most_layers) {
    return refused(fmt::format("Cannot reference more than {} layers.", k_most_layers));
  }
  std::vector<UsedLayer> used;
  for (const auto& arn : arns) {
    DAVIT_ANSWER_ASSIGN(UsedLayer layer, layer_named(function, arn, layers));
    used.push_back(std::move(layer));
  }
  function.package->layers = std::move(used);
  return {};
}

}  // namespace

Answer<bool> wants_zip(const Json& input)
{
  DAVIT_ANSWER_ASSIGN(const auto package, input::text(input, "PackageType"));
  return package.value_or("Zip") == "Zip";
}

Answer<std::string> zip_file_of(const Json& code)
{
  DAVIT_ANSWER_ASSIGN(auto zip, input::blob(code, "ZipFile"));
  if (zip) {
    return std::move(*zip);
  }
  for (const char* member : {"S3Bucket", "S3Key"}) {
    if (code.contains(member)) {
      return refused("The local AWS does not serve archives in S3: send them as ZipFile");
    }
  }
  return refused("Please provide a source for function code.");
}

Answer<void> apply_package(Function& function, const Json& input, LayerStore& layers)
{
  DAVIT_ANSWER_ASSIGN(const auto runtime, input::text(input, "Runtime"));
  DAVIT_ANSWER_ASSIGN(const auto handler, input::text(input, "Handler"));
  ZipPackage& package = *function.package;
  package.runtime = runtime.value_or(package.runtime);
  package.handler = handler.value_or(package.handler);
  if (package.runtime.empty() || package.handler.empty()) {
    return refused("Runtime and Handler are mandatory parameters for functions created with deployment packages.");
  }
  return check_runtime(package.runtime).and_then([&] { return apply_layers(function, input, layers); });
}

Answer<void> check_unzipped_size(const ZipPackage& package)
{
  std::uint64_t size = package.code.unzipped_size;
  for (const auto& layer : package.layers) {
    size += layer.archive.unzipped_size;
  }
  if (size > zip::k_most_unzipped_bytes) {
    return refused(
        fmt::format("Function code combined with layers exceeds the maximum allowed size of {} bytes. The actual size is {} bytes.",
                    zip::k_most_unzipped_bytes, size));
  }
  return {};
}

}  // namespace davit::aws::local::lambda
