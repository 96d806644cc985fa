// SPDX-License-Identifier: Apache-2.0
#include "commands/image/push.hpp"

#include <fmt/format.h>

#include <atomic>
#include <numeric>

#include "aws/core/interrupt.hpp"
#include "commands/image/registry_workers.hpp"
#include "commands/image/size_text.hpp"
#include "commands/image/upload_journal.hpp"

namespace davit::commands::image {
namespace {

namespace oci = aws::oci;
using aws::registry::Client;

/// What is sent again in no time is not worth a file.
constexpr std::uint64_t k_journalled_bytes = 1U << 20U;

class Pusher
{
public:
  explicit Pusher(const PushRequest& request, const PushPlan& plan)
      : m_request(request),
        m_journal(request.journal, request.target.access.host, request.target.repository),
        m_blobs(plan.blobs),
        m_sent(plan.blobs.size())
  {
  }

  /// Brings every blob there.
  Status run();
  std::vector<BlobPush> take_blobs() { return std::move(m_blobs); }

private:
  Status push(Client& client, std::size_t number);
  Result<bool> mount(Client& client, const BlobPush& push) const;
  Status upload(Client& client, std::size_t number);
  Error with_local_cause(Error error, const oci::Descriptor& descriptor) const;
  void show() const;

  const PushRequest& m_request;
  UploadJournal m_journal;
  std::vector<BlobPush> m_blobs;
  std::vector<std::atomic<std::uint64_t>> m_sent;
};

Status Pusher::run()
{
  return in_parallel(
      m_request.target.access, m_blobs.size(), [this](Client& client, std::size_t number) { return push(client, number); },
      [this] { show(); });
}

void Pusher::show() const
{
  std::uint64_t total = 0;
  std::uint64_t sent = 0;
  for (std::size_t i = 0; i < m_blobs.size(); ++i) {
    const bool counts = m_blobs[i].action == BlobPush::Action::upload;
    total += counts ? m_blobs[i].blob.descriptor.size : 0;
    sent += counts ? m_sent[i].load() : 0;
  }
  if (m_request.progress) {
    m_request.progress(fmt::format("pushing to {}: {} of {}", m_request.target.name(), size_text(sent), size_text(total)));
  }
}

Status Pusher::push(Client& client, std::size_t number)
{
  BlobPush& push = m_blobs[number];
  if (push.action == BlobPush::Action::present) {
    return {};
  }
  if (push.action == BlobPush::Action::mount) {
    DAVIT_TRY_ASSIGN(const bool mounted, mount(client, push));
    if (mounted) {
      return {};
    }
    push.action = BlobPush::Action::upload;
  }
  return upload(client, number);
}

Result<bool> Pusher::mount(Client& client, const BlobPush& push) const
{
  const auto& descriptor = push.blob.descriptor;
  for (const auto& from : m_request.mount_from) {
    DAVIT_TRY_ASSIGN(const bool mounted, client.mount_blob(m_request.target.repository, {descriptor.digest, descriptor.size}, from));
    if (mounted) {
      return true;
    }
  }
  return false;
}

/// A registry that refuses a blob for its digest is right when the file here is damaged.
Error Pusher::with_local_cause(Error error, const oci::Descriptor& descriptor) const
{
  const bool doubts_bytes = error.service && error.service->code == "DIGEST_INVALID";
  auto here = doubts_bytes ? m_request.image.layout.read(descriptor).map([](const oci::MappedFile&) {}) : Status{};
  return here ? std::move(error) : std::move(here).error().with_hint("make it again: davit image build --refresh; or copy the layout anew");
}

Status Pusher::upload(Client& client, std::size_t number)
{
  BlobPush& push = m_blobs[number];
  const auto& descriptor = push.blob.descriptor;
  DAVIT_TRY_ASSIGN(const auto path, m_request.image.layout.path_of(descriptor.digest));
  DAVIT_TRY_ASSIGN(const oci::MappedFile file, oci::MappedFile::open(path));
  aws::registry::UploadOptions options{.on_sent = [&sent = m_sent[number]](std::uint64_t bytes) { sent = bytes; }};
  if (descriptor.size >= k_journalled_bytes) {
    options.resume = m_journal.find(descriptor.digest);
    options.on_progress = [&](const aws::registry::UploadProgress& progress) { m_journal.keep(descriptor.digest, progress); };
  }
  auto uploaded = client.upload_blob(m_request.target.repository, descriptor.digest, file.bytes(), options);
  if (!uploaded) {
    return fail(with_local_cause(std::move(uploaded).error(), descriptor));
  }
  if (descriptor.size >= k_journalled_bytes) {
    m_journal.forget(descriptor.digest);
  }
  push.sent = uploaded->sent;
  push.resumed = uploaded->resumed;
  m_sent[number] = descriptor.size;
  return {};
}

Status make_repository(const PushRequest& request)
{
  auto made = request.target.access.ecr->create_repository({.name = request.target.repository, .immutable_tags = request.immutable_tags});
  // Somebody may have been faster.
  return made || made.error().kind == ErrorKind::conflict ? Status{} : fail(std::move(made).error());
}

/// ECR refuses every push to an immutable tag, that of the same image too: another push may have been faster with the same one.
Status put_manifest(Client& client, const PushRequest& request, const std::string& tag)
{
  auto put = client.put_manifest(request.target.repository, tag, request.image.media_type, request.image.manifest);
  if (put || !put.error().service || put.error().service->code != "TAG_INVALID") {
    return put;
  }
  DAVIT_TRY_ASSIGN(const auto there, client.find_manifest(request.target.repository, tag));
  if (there && there->digest == request.image.digest) {
    return {};
  }
  Error error = std::move(put).error();
  error.kind = ErrorKind::conflict;
  error.message += fmt::format(" (it names {}, not {})", there ? there->digest : "nothing", request.image.digest);
  error.hint = "push it under a tag of its own, for example --tag \"$(git rev-parse --short HEAD)\"";
  return fail(std::move(error));
}

}  // namespace

Result<PushResponse> push(const PushRequest& request, const PushPlan& plan)
{
  PushResponse response{.image = fmt::format("{}@{}", request.target.name(), request.image.digest),
                        .blobs = plan.blobs,
                        .created_repository = plan.creates_repository,
                        .changed = plan.changes_anything()};
  if (!response.changed) {
    return response;
  }
  const InterruptScope interrupt_scope;
  if (plan.creates_repository) {
    DAVIT_TRY(make_repository(request));
  }
  Pusher pusher(request, plan);
  if (!plan.has_manifest) {
    DAVIT_TRY(pusher.run());
  }
  DAVIT_TRY_ASSIGN(Client client, request.target.access.open());
  for (const auto& tag : plan.tags) {
    if (tag.state != TagPush::State::same) {
      DAVIT_TRY(put_manifest(client, request, tag.tag));
    }
  }
  response.blobs = pusher.take_blobs();
  return response;
}

}  // namespace davit::commands::image
