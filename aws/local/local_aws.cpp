// SPDX-License-Identifier: Apache-2.0
#include "aws/local/local_aws.hpp"

#include <fmt/format.h>

#include "aws/local/dynamodb/dynamodb_service.hpp"
#include "aws/local/ecr/ecr_service.hpp"
#include "aws/local/ecr/registry_door.hpp"
#include "aws/local/front/front.hpp"
#include "aws/local/gateway/apigateway_service.hpp"
#include "aws/local/gateway/front_door.hpp"
#include "aws/local/gateway/url_door.hpp"
#include "aws/local/lambda/lambda_service.hpp"
#include "aws/local/logs/logs_service.hpp"
#include "aws/local/secretsmanager/secretsmanager_service.hpp"
#include "aws/local/server/http_server.hpp"
#include "aws/local/store/database.hpp"
#include "aws/local/sts/sts_service.hpp"

namespace davit::aws::local {
namespace {

constexpr const char* k_database = "aws.sqlite";
constexpr const char* k_scratch = "scratch";
constexpr const char* k_registry = "registry";
constexpr const char* k_user_pools = "user-pools";
// Of the request line, and of all header fields; DynamoDB refuses longer ones with 400.
constexpr std::size_t k_head_limit = 16 * 1024;
// A zip archive of 50 MB in base64; Lambda takes "smaller than 70167211 bytes".
constexpr std::size_t k_lambda_body_limit = 70'167'210;

std::string url_of(const server::HttpServer& server)
{
  return fmt::format("http://127.0.0.1:{}", server.port());
}

}  // namespace

/// In the order in which they are made; what stands below uses what stands above.
struct LocalAws::Parts {
  explicit Parts(LocalAwsOptions chosen) : options(std::move(chosen)), front(credentials, options.clock) {}

  LocalAwsOptions options;
  CredentialStore credentials;
  std::unique_ptr<store::Database> database;
  std::unique_ptr<logs::LogStore> logs;
  std::unique_ptr<lambda::LogWriter> log_writer;
  std::unique_ptr<lambda::FunctionStore> functions;
  std::unique_ptr<lambda::SettingStore> settings;
  std::unique_ptr<lambda::LayerStore> layers;
  std::unique_ptr<lambda::CodeStore> code;
  std::unique_ptr<lambda::ImageCache> images;
  std::unique_ptr<lambda::SandboxHost> sandbox_host;
  std::unique_ptr<lambda::SandboxPool> sandboxes;
  std::unique_ptr<lambda::Invoker> invoker;
  std::unique_ptr<lambda::EventQueue> events;
  std::unique_ptr<gateway::UrlDoor> url_door;
  std::unique_ptr<lambda::UrlServers> urls;
  std::unique_ptr<ecr::Registry> registry;
  std::unique_ptr<gateway::ApiStore> apis;
  std::unique_ptr<gateway::UserPools> user_pools;
  std::unique_ptr<gateway::FrontDoor> front_door;
  std::unique_ptr<gateway::ApiPorts> api_ports;
  front::Front front;
  std::unique_ptr<server::HttpServer> server;
  std::unique_ptr<server::HttpServer> gateway_server;
  std::unique_ptr<server::HttpServer> registry_server;

  Status listen();
  Status open_stores();
  Status make_lambda();
  Status load_reservations();
  Status open_urls();
  Status add_services();
};

Status LocalAws::Parts::listen()
{
  DAVIT_TRY_ASSIGN(server,
                   server::HttpServer::listen(options.port, {.head = k_head_limit, .head_status = 400, .body = k_lambda_body_limit}));
  DAVIT_TRY_ASSIGN(gateway_server, server::HttpServer::listen(options.gateway_port, {.body = gateway::k_payload_limit}));
  DAVIT_TRY_ASSIGN(registry_server, server::HttpServer::listen(options.registry_port));
  return {};
}

Status LocalAws::Parts::open_stores()
{
  DAVIT_TRY_ASSIGN(database, store::Database::open(options.state / k_database));
  DAVIT_TRY_ASSIGN(logs, logs::LogStore::open(*database));
  DAVIT_TRY_ASSIGN(functions, lambda::FunctionStore::open(*database));
  DAVIT_TRY_ASSIGN(settings, lambda::SettingStore::open(*database));
  DAVIT_TRY_ASSIGN(layers, lambda::LayerStore::open(*database));
  DAVIT_TRY_ASSIGN(apis, gateway::ApiStore::open(*database));
  user_pools = std::make_unique<gateway::UserPools>(options.state / k_user_pools, url_of(*server));
  DAVIT_TRY_ASSIGN(registry, ecr::Registry::open(*database, options.state / k_registry,
                                                 fmt::format("127.0.0.1:{}", registry_server->port()), options.clock));
  return {};
}

Status LocalAws::Parts::make_lambda()
{
  log_writer = std::make_unique<lambda::LogWriter>(*logs, options.clock);
  code = std::make_unique<lambda::CodeStore>(options.state / "code");
  images = std::make_unique<lambda::ImageCache>(options.state / "images");
  images->sweep();
  // A process that was killed leaves its handlers' folders behind.
  std::error_code ignored;
  std::filesystem::remove_all(options.state / k_scratch, ignored);
  sandbox_host.reset(new lambda::SandboxHost{.isolation = options.isolation.value_or(lambda::best_isolation()),
                                             .endpoint = url_of(*server),
                                             .scratch = options.state / k_scratch,
                                             .credentials = credentials,
                                             .log = *log_writer});
  sandboxes = std::make_unique<lambda::SandboxPool>(*sandbox_host, *images);
  invoker = std::make_unique<lambda::Invoker>(*sandboxes, options.clock);
  const lambda::QualifierResolver resolver(*functions, *settings);
  front_door = std::make_unique<gateway::FrontDoor>(
      gateway::FrontDoorParts{*apis, resolver, *invoker, *log_writer, credentials, *user_pools, options.clock});
  api_ports = std::make_unique<gateway::ApiPorts>(
      *apis, [this](const std::string& api_id, const server::IncomingRequest& request) { return front_door->handle_for(api_id, request); });
  url_door = std::make_unique<gateway::UrlDoor>(gateway::UrlDoorParts{*functions, *settings, *invoker, credentials, options.clock});
  urls = std::make_unique<lambda::UrlServers>(
      *settings, [this](const lambda::FunctionUrl& url, const server::IncomingRequest& request) { return url_door->handle(url, request); });
  DAVIT_TRY(load_reservations());
  DAVIT_TRY_ASSIGN(
      events, lambda::EventQueue::open({*database, resolver, *settings, *invoker, *log_writer, options.clock, options.event_retry_wait}));
  return {};
}

/// Before the first of the events that the local AWS before this one has left.
Status LocalAws::Parts::load_reservations()
{
  DAVIT_TRY_ASSIGN(const auto reservations, settings->all(lambda::k_concurrency));
  for (const auto& reservation : reservations) {
    const lambda::Function function{
        .account = reservation.owner.account_id, .region = reservation.owner.region, .name = reservation.function};
    invoker->limiter().reserve(function.arn(), reservation.document.get<int>());
  }
  return {};
}

Status LocalAws::Parts::open_urls()
{
  DAVIT_TRY(urls->open_all());
  return api_ports->open_all();
}

Status LocalAws::Parts::add_services()
{
  const Clock& clock = options.clock;
  DAVIT_TRY_ASSIGN(auto secrets, secretsmanager::make_secretsmanager_service(*database, clock));
  DAVIT_TRY_ASSIGN(auto dynamodb,
                   dynamodb::make_dynamodb_service(
                       *database, {.clock = clock, .expiry_interval = options.expiry_interval, .throttles = options.throttles}));
  front.add({.signing_name = "dynamodb",
             .protocol = front::Protocol::json_1_0,
             .target_prefix = "DynamoDB_20120810.",
             .is_dynamodb = true,
             .service = std::move(dynamodb)});
  front.add({.signing_name = "sts", .protocol = front::Protocol::query, .service = sts::make_sts_service()});
  front.add({.signing_name = "secretsmanager",
             .protocol = front::Protocol::json_1_1,
             .target_prefix = "secretsmanager.",
             .service = std::move(secrets)});
  front.add({.signing_name = "logs",
             .protocol = front::Protocol::json_1_1,
             .target_prefix = "Logs_20140328.",
             .service = logs::make_logs_service(*logs, clock)});
  front.add({.signing_name = "lambda",
             .protocol = front::Protocol::rest_json,
             .routes = lambda::lambda_routes(),
             .service = lambda::make_lambda_service({*functions, *settings, *images, *sandboxes, *invoker, *events, *urls,
                                                     sandbox_host->isolation, clock, *registry, *layers, *code}),
             .largest_body = k_lambda_body_limit});
  front.add({.signing_name = "ecr",
             .protocol = front::Protocol::json_1_1,
             .target_prefix = "AmazonEC2ContainerRegistry_V20150921.",
             .service = ecr::make_ecr_service(*registry)});
  front.add({.signing_name = "apigateway",
             .protocol = front::Protocol::rest_json,
             .routes = gateway::apigateway_routes(),
             .service = gateway::make_apigateway_service(*apis, *api_ports, *user_pools, url_of(*gateway_server), clock)});
  return {};
}

Result<std::unique_ptr<LocalAws>> LocalAws::start(LocalAwsOptions options)
{
  auto parts = std::make_unique<Parts>(std::move(options));
  if (const auto wanted = parts->options.isolation; wanted && !lambda::is_possible(*wanted)) {
    return fail(usage_error(fmt::format("isolation {} is not possible here", lambda::name_of(*wanted)),
                            "leave --isolation out to take the strongest that is"));
  }
  for (const auto& principal : parts->options.principals) {
    parts->credentials.add(principal);
  }
  DAVIT_TRY(parts->listen());
  DAVIT_TRY(parts->open_stores());
  DAVIT_TRY(parts->make_lambda());
  DAVIT_TRY(parts->add_services());
  DAVIT_TRY(parts->open_urls());
  parts->server->serve(
      [&parts = *parts](const auto& request) {
        auto of_user_pool = parts.user_pools->answer(request.message);
        return of_user_pool ? server::StreamedResponse{.response = std::move(*of_user_pool)} : parts.front.handle(request);
      },
      [&front = parts->front](const auto& request) { return front.answers_at_once(request); });
  parts->gateway_server->serve(
      [&door = *parts->front_door](const auto& request) { return server::StreamedResponse{.response = door.handle(request)}; });
  parts->registry_server->serve_streams(
      [&registry = *parts->registry](const auto& request) { return ecr::begin_exchange(registry, request); });
  return std::unique_ptr<LocalAws>(new LocalAws(std::move(parts)));
}

LocalAws::LocalAws(std::unique_ptr<Parts> parts) : m_parts(std::move(parts)) {}

LocalAws::~LocalAws()
{
  // Handlers first: who waits for one sees it end. Events that end so are handled again after the next start.
  m_parts->events->stop();
  m_parts->sandboxes->stop();
  m_parts->invoker->finish();
  m_parts->urls->stop();
  m_parts->api_ports->stop();
  m_parts->registry_server->stop();
  m_parts->gateway_server->stop();
  m_parts->server->stop();
}

std::string LocalAws::endpoint() const
{
  return url_of(*m_parts->server);
}

std::string LocalAws::gateway() const
{
  return url_of(*m_parts->gateway_server);
}

std::string LocalAws::registry() const
{
  return m_parts->registry->host();
}

lambda::Isolation LocalAws::isolation() const
{
  return m_parts->sandbox_host->isolation;
}

std::uint16_t LocalAws::port() const
{
  return m_parts->server->port();
}

std::uint16_t LocalAws::gateway_port() const
{
  return m_parts->gateway_server->port();
}

std::uint16_t LocalAws::registry_port() const
{
  return m_parts->registry_server->port();
}

Status LocalAws::erase(const std::filesystem::path& state)
{
  auto suffixes = store::Database::companions();
  suffixes.emplace_back();
  for (const std::string& suffix : suffixes) {
    std::error_code error;
    const auto file = state / (std::string(k_database) + suffix);
    if (std::filesystem::remove(file, error); error) {
      return fail(failed_error(fmt::format("cannot delete {}: {}", file.string(), error.message())));
    }
  }
  std::error_code error;
  std::filesystem::remove_all(state / k_registry, error);
  if (error) {
    return fail(failed_error(fmt::format("cannot delete {}: {}", (state / k_registry).string(), error.message())));
  }
  return {};
}

}  // namespace davit::aws::local
