// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "aws/core/result.hpp"
#include "aws/local/lambda/code_store.hpp"
#include "aws/oci/layout.hpp"

namespace davit::aws::local::lambda {

/// What a function starts from: the unpacked file tree of an image and the settings of its config.
struct UnpackedImage {
  std::string digest;
  std::filesystem::path root;
  std::string architecture;  ///< "amd64", "arm64"
  std::vector<std::string> environment;
  std::vector<std::string> entrypoint;
  std::vector<std::string> command;
  std::string working_directory;
};

/// Unpacked images by digest. What a function was made from stays runnable when the layout it came from is moved or deleted.
class ImageCache
{
public:
  explicit ImageCache(std::filesystem::path folder) : m_folder(std::move(folder)) {}

  /// Resolves "oci:/absolute/DIR[:TAG]" and unpacks the image unless that digest is there already.
  Result<UnpackedImage> add(const std::string& reference, std::string_view architecture);

  /// Unpacks an image of another layout, unless that digest is there already.
  Result<UnpackedImage> add(const oci::Layout& layout, const oci::Image& image);

  /// Unzips function and layers to where Lambda has them, unless that package is there already. Its entrypoint is the bootstrap, or
  /// Python with a client of the Runtime API: awslambdaric where the package brings it.
  Result<UnpackedImage> add(const ZipPackage& package, const CodeStore& code, std::string_view architecture);

  /// Deletes what an unpacking that was killed has left.
  void sweep() const;

  /// An image that was added before, in this run or an earlier one.
  Result<UnpackedImage> find(const std::string& digest) const;

private:
  Result<UnpackedImage> add(const UnpackedImage& image, const std::function<Status(const std::filesystem::path& root)>& fill);

  std::filesystem::path m_folder;
  std::mutex m_mutex;  ///< one unpacking at a time
};

}  // namespace davit::aws::local::lambda
