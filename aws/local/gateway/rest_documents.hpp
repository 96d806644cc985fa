// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "aws/local/fault.hpp"
#include "aws/local/gateway/api.hpp"

/// What the parts of a REST API look like on the wire, and which of them a path means.
namespace davit::aws::local::gateway {

using RestLabels = std::map<std::string, std::string>;

const Resource* rest_resource_of(const Api& api, const RestLabels& labels, const char* label = "ResourceId");

/// A method is a route; its id, and that of its integration, is made of the resource's and the method's name.
std::string rest_method_id(const RestLabels& labels);
Route* rest_method_of(Api& api, const RestLabels& labels);
Integration* rest_integration_of(Api& api, const RestLabels& labels);

Json rest_resource_document(const Api& api, const Resource& resource);
Json rest_method_document(const Api& api, const Route& route);
Json rest_integration_document(const Integration& integration);

/// "Invalid Method identifier specified", 404.
tl::unexpected<Fault> no_such(const char* what);

/// Seconds since 1970, as REST APIs write times; 0 when there is none.
double rest_time(const std::string& rfc3339);

}  // namespace davit::aws::local::gateway
