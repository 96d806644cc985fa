// SPDX-License-Identifier: Apache-2.0
#include "aws/local/local_aws.hpp"

#include <fmt/format.h>

#include "aws/local/front/front.hpp"
#include "aws/local/logs/logs_service.hpp"
#include "aws/local/secretsmanager/secretsmanager_service.hpp"
#include "aws/local/server/http_server.hpp"
#include "aws/local/store/database.hpp"
#include "aws/local/sts/sts_service.hpp"

namespace davit::aws::local {
namespace {

constexpr const char* k_database = "aws.sqlite";

http::Response no_api(const server::IncomingRequest&)
{
  return {.status = 404, .headers = {{"Content-Type", "application/json"}}, .body = R"({"message":"Not Found"})"};
}

std::string url_of(const server::HttpServer& server)
{
  return fmt::format("http://127.0.0.1:{}", server.port());
}

}  // namespace

struct LocalAws::Parts {
  explicit Parts(LocalAwsOptions chosen) : options(std::move(chosen)), front(credentials, options.clock) {}

  LocalAwsOptions options;
  CredentialStore credentials;
  std::unique_ptr<store::Database> database;
  std::unique_ptr<logs::LogStore> logs;
  front::Front front;
  std::unique_ptr<server::HttpServer> server;
  std::unique_ptr<server::HttpServer> gateway;

  Status add_services();
};

Status LocalAws::Parts::add_services()
{
  const Clock& clock = options.clock;
  DAVIT_TRY_ASSIGN(logs, logs::LogStore::open(*database));
  DAVIT_TRY_ASSIGN(auto secrets, secretsmanager::make_secretsmanager_service(*database, clock));
  front.add({.signing_name = "sts", .protocol = front::Protocol::query, .service = sts::make_sts_service()});
  front.add({.signing_name = "secretsmanager", .protocol = front::Protocol::json_1_1, .target_prefix = "secretsmanager.", .service = std::move(secrets)});
  front.add({.signing_name = "logs",
             .protocol = front::Protocol::json_1_1,
             .target_prefix = "Logs_20140328.",
             .service = logs::make_logs_service(*logs, clock)});
  return {};
}

Result<std::unique_ptr<LocalAws>> LocalAws::start(LocalAwsOptions options)
{
  auto parts = std::make_unique<Parts>(std::move(options));
  for (const auto& principal : parts->options.principals) {
    parts->credentials.add(principal);
  }
  DAVIT_TRY_ASSIGN(parts->database, store::Database::open(parts->options.state / k_database));
  DAVIT_TRY(parts->add_services());
  const auto& front = parts->front;
  DAVIT_TRY_ASSIGN(parts->gateway, server::HttpServer::listen(parts->options.gateway_port, no_api));
  DAVIT_TRY_ASSIGN(parts->server, server::HttpServer::listen(parts->options.port, [&front](const auto& request) { return front.handle(request); }));
  return std::unique_ptr<LocalAws>(new LocalAws(std::move(parts)));
}

LocalAws::LocalAws(std::unique_ptr<Parts> parts) : m_parts(std::move(parts)) {}

LocalAws::~LocalAws()
{
  m_parts->gateway->stop();
  m_parts->server->stop();
}

std::string LocalAws::endpoint() const
{
  return url_of(*m_parts->server);
}

std::string LocalAws::gateway() const
{
  return url_of(*m_parts->gateway);
}

std::uint16_t LocalAws::port() const
{
  return m_parts->server->port();
}

std::uint16_t LocalAws::gateway_port() const
{
  return m_parts->gateway->port();
}

Status LocalAws::erase(const std::filesystem::path& state)
{
  for (const char* suffix : {"", "-wal", "-shm"}) {
    std::error_code error;
    const auto file = state / (std::string(k_database) + suffix);
    if (std::filesystem::remove(file, error); error) {
      return fail(failed_error(fmt::format("cannot delete {}: {}", file.string(), error.message())));
    }
  }
  return {};
}

}  // namespace davit::aws::local
