// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace davit::commands::image {

/// The environment that pip runs in, on top of davit's own: settings of the user's pip that would send wheels elsewhere or choose others
/// for davit's own reasons are overridden, every other one, the index first of all, is kept. Relative paths are made absolute.
std::map<std::string, std::optional<std::string>> pip_environment();

/// What is left of the user's own settings and decides which wheels are chosen, as text for a cache key: PIP_* variables and configuration
/// files (pip.pypa.io/en/stable/topics/configuration), the constraints and the folders of wheels that the variables name. Without
/// passwords.
std::string pip_settings();

/// The words of a list of paths and addresses, separated by white space.
std::vector<std::string> words_of(const std::string& text);

/// Such a list with its paths made absolute, whatever separates it: the installer runs in another folder.
std::string absolute_locations(const std::string& list, char separator);

/// The text with user and password taken out of its addresses: those of an index are renewed every few hours, and choose nothing.
std::string without_passwords(const std::string& text);

/// The wheels of a `--find-links` location by name and content, so that one that was built again under the same version is noticed. Empty
/// for what is no folder of this machine.
std::string wheels_at(const std::string& location, const std::filesystem::path& relative_to);

}  // namespace davit::commands::image
