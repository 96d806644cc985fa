// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "aws/auth/session.hpp"
#include "aws/core/result.hpp"

/// AWS Security Token Service: https://docs.aws.amazon.com/STS/latest/APIReference/
namespace davit::aws::sts {

struct CallerIdentity {
  std::string account;
  std::string arn;
  std::string user_id;
};

class Client
{
public:
  explicit Client(auth::Session& session) : m_session(session) {}

  /// Needs no permission.
  Result<CallerIdentity> get_caller_identity();

private:
  auth::Session& m_session;
};

}  // namespace davit::aws::sts
