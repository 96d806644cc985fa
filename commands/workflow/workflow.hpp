// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.hpp"

/// The verbs of the daily workflow, which stand at the top of the tree and compose the nouns.
namespace davit::commands::workflow {

namespace deploy {
void add_deploy(CLI::App& root, cli::Registry& registry);
}
namespace destroy {
void add_destroy(CLI::App& root, cli::Registry& registry);
}
namespace invoke {
void add_invoke(CLI::App& root, cli::Registry& registry);
}
namespace load {
void add_load(CLI::App& root, cli::Registry& registry);
}
namespace logs {
void add_logs(CLI::App& root, cli::Registry& registry);
}
namespace smoke {
void add_smoke(CLI::App& root, cli::Registry& registry);
}
namespace status {
void add_status(CLI::App& root, cli::Registry& registry);
}

}  // namespace davit::commands::workflow
