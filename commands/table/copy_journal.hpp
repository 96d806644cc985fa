// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "commands/table/copy.hpp"

namespace davit::commands::table {

/// What a journal is for: it is of no use to another copy.
std::string subject_of(const TablePlace& source, const TablePlace& target, const CopyRequest& request);

/// Writes the state of the copy; a reader sees the old one or the new one.
Status save_copy(const std::filesystem::path& journal, const std::string& subject, const CopyState& state);

/// The state that a stopped copy left; nothing when there is none. A usage error when it is another copy's.
Result<std::optional<CopyState>> load_copy(const std::filesystem::path& journal, const std::string& subject);

/// Removes the journal of a copy that is complete, and what a process that was killed while it wrote one left beside it.
void forget_copy(const std::filesystem::path& journal);

}  // namespace davit::commands::table
