// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "aws/local/lambda/setting_store.hpp"
#include "aws/local/server/server_group.hpp"

namespace davit::aws::local::lambda {

/// Which URL a request came to.
struct FunctionUrl {
  Caller owner;  ///< account and region
  std::string function;
  std::string qualifier;  ///< an alias, or empty for $LATEST
  std::string id;         ///< 32 letters and digits, the first label of its host name in AWS
};

/// The ports of function URLs, one a URL. A URL keeps its port over restarts where that is free still.
class UrlServers
{
public:
  using Answerer = std::function<server::StreamedResponse(const FunctionUrl&, const server::IncomingRequest&)>;

  UrlServers(SettingStore& settings, Answerer answer) : m_settings(settings), m_answer(std::move(answer)) {}
  UrlServers(const UrlServers&) = delete;
  UrlServers& operator=(const UrlServers&) = delete;

  /// Serves the URLs that are stored, on new ports where the old ones are taken.
  Status open_all();

  /// On that port, or on a free one where it is taken; the port. Requests for a URL that is deleted are for the answerer to refuse, so that
  /// a handler may delete its own.
  Result<std::uint16_t> open(const FunctionUrl& url, std::uint16_t port = 0);

  /// Closes every connection, and waits for the requests under way.
  void stop() { m_servers.stop(); }

private:
  SettingStore& m_settings;
  Answerer m_answer;
  server::ServerGroup m_servers;
};

}  // namespace davit::aws::local::lambda
