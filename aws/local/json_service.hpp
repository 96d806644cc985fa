// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>

#include "aws/core/json.hpp"
#include "aws/local/fault.hpp"
#include "aws/local/front/protocol.hpp"
#include "aws/local/service.hpp"

namespace davit::aws::local {

/// A service of a JSON protocol: a document in, a document out, an operation by its name.
class JsonService : public Service
{
public:
  ServiceResponse handle(const ServiceRequest& request) final;

protected:
  using Operation = std::function<Answer<Json>(const Caller& caller, const Json& input)>;

  JsonService(std::string name, front::Protocol protocol) : m_name(std::move(name)), m_protocol(protocol) {}

  /// In the constructor.
  void serve(std::string operation, Operation run) { m_operations.emplace(std::move(operation), std::move(run)); }

private:
  [[nodiscard]] Answer<Json> answer(const ServiceRequest& request) const;

  std::string m_name;
  front::Protocol m_protocol;
  std::map<std::string, Operation> m_operations;
};

}  // namespace davit::aws::local
