// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/function_code.hpp"

#include <fmt/format.h>

#include "aws/local/ecr/image_source.hpp"
#include "aws/local/lambda/function_rules.hpp"

namespace davit::aws::local::lambda {
namespace {

/// The function's image or package, unpacked. Of the local registry it is what the tag names now.
Answer<Result<UnpackedImage>> find_image(const LambdaParts& parts, const Function& function)
{
  if (function.package) {
    if (const auto checked = check_unzipped_size(*function.package); !checked) {
      return tl::unexpected(checked.error());
    }
    return parts.images.add(*function.package, parts.code, image_architecture(function.architecture));
  }
  if (function.image_uri.starts_with("oci:")) {
    return parts.images.add(function.image_uri, image_architecture(function.architecture));
  }
  DAVIT_ANSWER_ASSIGN(const auto source, ecr::find_source_image(parts.registry, {function.account, function.region}, function.image_uri));
  if (source.image.config.platform.architecture != image_architecture(function.architecture)) {
    return refuse("InvalidParameterValueException",
                  fmt::format("The source image {} is for {}, but the function's architecture is {}", function.image_uri,
                              source.image.config.platform.architecture, function.architecture));
  }
  return parts.images.add(source.layout, source.image);
}

}  // namespace

Answer<void> take_code(const LambdaParts& parts, Function& function, const Json& code)
{
  if (!function.package) {
    DAVIT_ANSWER_ASSIGN(function.image_uri, image_uri_of(code));
    return {};
  }
  DAVIT_ANSWER_ASSIGN(const std::string zip, zip_file_of(code));
  DAVIT_ANSWER_ASSIGN(function.package->code, parts.code.add(zip));
  return {};
}

Answer<void> unpack_code(const LambdaParts& parts, Function& function)
{
  DAVIT_ANSWER_ASSIGN(const auto image, find_image(parts, function));
  // What a root file system of its own would make possible is no reason to refuse the image before it is run.
  const auto plan = image && (parts.isolation == Isolation::process || function.package)
                        ? plan_launch(function, *image, {}, parts.isolation).map([](const LaunchPlan&) {})
                        : Status{};
  if (!image || !plan) {
    const Error& error = image ? plan.error() : image.error();
    return refuse("InvalidParameterValueException",
                  fmt::format("{}: {}{}{}",
                              function.package ? "The local AWS cannot run the zip package"
                                               : fmt::format("Source image {} does not exist or cannot be used", function.image_uri),
                              error.message, error.hint.empty() ? "" : "; ", error.hint));
  }
  function.image_digest = image->digest;
  return {};
}

}  // namespace davit::aws::local::lambda
