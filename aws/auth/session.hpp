// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "aws/auth/credentials.hpp"
#include "aws/auth/endpoint.hpp"
#include "aws/core/result.hpp"
#include "aws/core/time.hpp"

namespace davit::aws::auth
{

/// Who calls, where to, and how patiently: everything the calls of one process share. Made by cli/context; passed by reference.
class Session
{
 public:
  virtual ~Session() = default;

  virtual Result<Credentials> credentials() = 0;
  [[nodiscard]] virtual Result<std::string> region() const = 0;
  [[nodiscard]] virtual Result<Endpoint> endpoint(std::string_view service) const = 0;
};

}  // namespace davit::aws::auth
