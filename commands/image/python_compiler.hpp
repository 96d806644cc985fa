// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "aws/core/result.hpp"
#include "commands/image/base.hpp"
#include "commands/image/layer_cache.hpp"

namespace davit::commands::image {

/// A Python file to be compiled.
struct CompileJob {
  std::filesystem::path source;
  std::filesystem::path target;  ///< the .pyc file; what does not compile has none afterwards
  std::string name;              ///< the path in the image, which tracebacks show
};

/// A Python that compiles for the image.
struct CompilingPython {
  std::vector<std::string> command;
  std::map<std::string, std::optional<std::string>> environment;
};

/// The Pythons to try, best first: the base's own, taken out of its layers and started by its own loader, which gives the same bytes on
/// every machine of the image's architecture; then those of this machine, and of uv. A zip package has none of its own.
std::vector<CompilingPython> compiling_pythons(const Base& base, cli::config::Architecture architecture, const LayerCache& cache);

/// Compiles all files, with unchecked hashes. False when that Python cannot be started or its bytecode is not that of Python 3.`minor`.
/// Files are compiled in groups of a fixed size, a process each, so that the number of processors changes no byte.
Result<bool> compile_files(const CompilingPython& python, int minor, const std::vector<CompileJob>& jobs,
                           const std::filesystem::path& work);

}  // namespace davit::commands::image
