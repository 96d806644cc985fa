// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "aws/auth/session.hpp"
#include "cli/context.hpp"
#include "cli/local_state.hpp"
#include "cli/term/hidden_input.hpp"
#include "cli/term/log.hpp"

namespace davit::cli {
namespace {

using aws::auth::SessionSettings;

constexpr const char* k_local = "local";

std::function<void(std::string_view)> notices_to_stderr(Streams& streams)
{
  return [&streams](std::string_view line) { static_cast<void>(streams.err.write(fmt::format("davit: note: {}\n", line))); };
}

Status aim_at_local_aws(SessionSettings& settings, const std::filesystem::path& state)
{
  DAVIT_TRY_ASSIGN(const LocalState local, read_local_state(state));
  aws::auth::FixedTarget target{.credentials = {local.access_key_id, local.secret_access_key},
                                .region = local.region,
                                .endpoint = {.url = local.endpoint, .origin = (state / "endpoint.json").string()}};
  target.credentials.source = "the local AWS";
  settings.fixed = std::move(target);
  return {};
}

}  // namespace

Result<aws::auth::Session*> Context::session()
{
  if (m_session) {
    return m_session.get();
  }
  const bool is_local = m_globals.environment == k_local;
  DAVIT_TRY_ASSIGN(const config::Project* project, project_if_any());
  SessionSettings settings{.region = m_globals.region};
  if (is_local && !m_globals.endpoint_url.empty()) {
    return fail(usage_error("--env local and --endpoint-url exclude each other", "--env local knows its own endpoint"));
  }
  if (is_local) {
    DAVIT_TRY(aim_at_local_aws(settings, m_globals.state.empty() ? state_directory() / "local" : m_globals.state));
  } else {
    settings.environment = aws::auth::Environment::of_process();
    settings.profile = m_globals.profile;
    settings.endpoint_url = m_globals.endpoint_url;
    settings.environment_name = m_globals.environment;
    settings.project_region = project == nullptr ? "" : project->region;
    settings.ask_hidden = [streams = m_streams](std::string_view question) { return read_hidden(*streams, question); };
    settings.expected_account = project == nullptr ? "" : project->account.value_or("");
  }
  if (!m_globals.quiet) {
    settings.notice = notices_to_stderr(*m_streams);
  }
  if (m_globals.debug) {
    settings.debug = make_debug_log(*m_streams);
  }
  m_session = std::make_shared<aws::auth::Session>(std::move(settings));
  return m_session.get();
}

}  // namespace davit::cli
