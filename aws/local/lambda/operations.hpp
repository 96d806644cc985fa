// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "aws/core/time.hpp"
#include "aws/local/ecr/registry.hpp"
#include "aws/local/fault.hpp"
#include "aws/local/lambda/code_store.hpp"
#include "aws/local/lambda/event_queue.hpp"
#include "aws/local/lambda/function_name.hpp"
#include "aws/local/lambda/function_store.hpp"
#include "aws/local/lambda/image_cache.hpp"
#include "aws/local/lambda/invoker.hpp"
#include "aws/local/lambda/layer_store.hpp"
#include "aws/local/lambda/package_rules.hpp"
#include "aws/local/lambda/setting_store.hpp"
#include "aws/local/lambda/url_servers.hpp"
#include "aws/local/service.hpp"

namespace davit::aws::local::lambda {

/// What the service works with; all of it outlives the service.
struct LambdaParts {
  FunctionStore& functions;
  SettingStore& settings;
  ImageCache& images;
  SandboxPool& pool;
  Invoker& invoker;
  EventQueue& events;
  UrlServers& urls;
  Isolation isolation;
  Clock clock;
  const ecr::Registry& registry;
  LayerStore& layers;
  const CodeStore& code;
};

/// Each reads what its request needs and answers as the operation of that name does; parts of the request that it does not know it passes
/// over, as AWS does. https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html
using LambdaOperation = Answer<ServiceResponse>(const LambdaParts& parts, const ServiceRequest& request);

LambdaOperation publish_version, list_versions;
LambdaOperation create_alias, get_alias, update_alias, delete_alias, list_aliases;
LambdaOperation put_concurrency, get_concurrency, delete_concurrency, get_account_settings;
LambdaOperation put_event_config, update_event_config, get_event_config, delete_event_config, list_event_configs;
LambdaOperation add_permission, remove_permission, get_policy;
LambdaOperation create_url, get_url, update_url, delete_url, list_urls;
LambdaOperation list_tags, tag_resource, untag_resource;
LambdaOperation publish_layer_version, get_layer_version, list_layer_versions, list_layers, delete_layer_version;
LambdaOperation invoke_function, invoke_async, invoke_with_stream;

/// The version that a function's $LATEST becomes, with `description` in place of its own; the one before when nothing has changed since.
/// A revision or digest that the request names must be that of $LATEST.
Answer<Function> publish(const LambdaParts& parts, Function latest, const Json& input);

/// --- What they have in common ---

ServiceResponse json_response(int status, const Json& body);

/// The request's document; an empty body is an empty object.
Answer<Json> body_of(const ServiceRequest& request);

/// "2026-11-21T08:00:00.000+0000"
std::string lambda_time(TimePoint time);

/// The function that a path names; the qualifier may stand in the name or in the query.
Answer<FunctionName> name_of(const ServiceRequest& request, const char* label = "FunctionName");

/// $LATEST of it.
Answer<Function> latest_of(const LambdaParts& parts, const ServiceRequest& request);

tl::unexpected<Fault> function_not_found(const FunctionName& name);
tl::unexpected<Fault> revision_changed();

/// One page of a list, as MaxItems and Marker of the query want it: `member` of the answer, and NextMarker when there is more.
Json page_of(const ServiceRequest& request, const char* member, Json documents);

}  // namespace davit::aws::local::lambda
