// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Compiled Python files (docs.python.org/3/reference/import.html, "Cached bytecode invalidation"; PEP 552).
///
/// A header by time is worthless in a layer whose times are all the same: Python compiles the file again at every cold start. One with an
/// unchecked hash is taken as it is, whatever the times say.
namespace davit::commands::image {

/// The magic number of CPython 3.`minor`, as the first four bytes of its .pyc files hold it; nothing for a version that davit does not
/// know.
std::optional<std::uint32_t> pyc_magic(int minor);

/// What Python's importlib.util.source_hash gives: SipHash keyed with the magic number, 2-4 up to Python 3.10 and 1-3 from 3.11 on.
std::uint64_t source_hash(std::string_view source, int minor);

/// What is on the disk of a source file, as far as a header by time tells it.
struct SourceFile {
  std::string_view content;
  std::int64_t mtime = 0;  ///< Unix seconds
};

/// The .pyc file with the header of an unchecked hash, the true one of its source. Nothing when Python 3.`minor` itself would not take the
/// file as it is: wrong magic number, flags unknown, or made from another source.
std::optional<std::string> with_unchecked_hash(std::string_view pyc, const SourceFile& source, int minor);

/// True when Python 3.`minor` would run it without a source beside it.
bool runs_without_source(std::string_view pyc, int minor);

/// "app/__pycache__/main.cpython-312.pyc" of "app/main.py".
std::string pyc_path(std::string_view source_path, int minor);

/// The source that a file in a __pycache__ folder belongs to, when it is one that Python 3.`minor` looks for there.
std::optional<std::string> source_path_of(std::string_view pyc_path, int minor);

}  // namespace davit::commands::image
