// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "aws/local/fault.hpp"
#include "aws/local/lambda/function.hpp"
#include "aws/local/lambda/layer_store.hpp"

namespace davit::aws::local::lambda {

/// True when CreateFunction wants a function of a zip archive, which it does unless PackageType says otherwise.
Answer<bool> wants_zip(const Json& input);

/// The bytes of ZipFile; archives in S3 are refused by name.
Answer<std::string> zip_file_of(const Json& code);

/// Runtime, Handler and Layers of CreateFunction and UpdateFunctionConfiguration. What the request leaves out stays as it is.
Answer<void> apply_package(Function& function, const Json& input, LayerStore& layers);

/// Function and layers together, unzipped.
Answer<void> check_unzipped_size(const ZipPackage& package);

}  // namespace davit::aws::local::lambda
