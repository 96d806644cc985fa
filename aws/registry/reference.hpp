// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "aws/core/result.hpp"
#include "aws/core/uri.hpp"

namespace davit::aws::registry {

/// An image in a registry: HOST[:PORT]/REPOSITORY[:TAG][@DIGEST].
struct Reference {
  std::string host;  ///< with its port, as it was written; "docker.io" for Docker Hub
  std::string repository;
  std::string tag;     ///< empty when none was named
  std::string digest;  ///< "sha256:...", empty when none was named

  /// What a manifest is asked for by: the digest, else the tag, else "latest".
  [[nodiscard]] std::string version() const;
  [[nodiscard]] std::string to_string() const;
};

/// Names without a host are Docker Hub's, as every tool reads them ("python:3.12" is docker.io/library/python:3.12). Usage error for names
/// that the distribution specification does not allow ("Pulling manifests": https://github.com/opencontainers/distribution-spec).
Result<Reference> parse_reference(std::string_view text);

/// Whether it is a tag: [a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}.
bool is_tag(std::string_view text);

/// Whether it is "sha256:" and 64 lower-case hexadecimal digits: the one algorithm that davit verifies.
bool is_digest(std::string_view text);

/// The root of a registry's API: http for this machine, https for every other. Docker Hub's API is at another name than its images'.
Result<Url> url_of_registry(const std::string& host);

}  // namespace davit::aws::registry
