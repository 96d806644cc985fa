// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>

#include "aws/registry/client.hpp"
#include "commands/image/registry_access.hpp"

namespace davit::commands::image {

/// Does `work` for every number below `count` on some threads, each with a client of its own. The first error stops the others after what
/// they have at hand, and is returned. `on_wait`, which may be empty, runs on the calling thread now and then.
Status in_parallel(const RegistryAccess& access, std::size_t count,
                   const std::function<Status(aws::registry::Client& client, std::size_t number)>& work,
                   const std::function<void()>& on_wait = {});

}  // namespace davit::commands::image
