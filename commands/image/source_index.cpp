// SPDX-License-Identifier: Apache-2.0
#include "commands/image/source_index.hpp"

#include <fmt/format.h>

#include <chrono>

#include "aws/core/encoding.hpp"
#include "aws/core/file.hpp"
#include "aws/core/json.hpp"
#include "aws/crypto/digest.hpp"

namespace davit::commands::image {
namespace {

constexpr std::int64_t k_settled_after_ns = 2'000'000'000;

std::int64_t now_ns()
{
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace

SourceLook look_at(const FileTree& tree, std::int64_t mtime)
{
  aws::crypto::Sha256 shape;
  aws::crypto::Sha256 stamp;
  shape.update(fmt::format("{} {}\n", tree.files.size(), mtime));
  std::int64_t newest = 0;
  for (const auto& [path, file] : tree.files) {
    const FileStamp& seen = file.stamp;
    const std::string link = file.link.value_or("");
    shape.update(fmt::format("{} {} {} {} {:d} {}\n", path.size(), path, link.size(), link, file.executable, file.link ? 0 : seen.size));
    stamp.update(fmt::format("{} {} {} {}\n", seen.device, seen.inode, seen.modified_ns, seen.changed_ns));
    newest = std::max(newest, seen.changed_ns);
  }
  const bool is_settled = newest + k_settled_after_ns < now_ns();
  return {.shape = to_hex(shape.finish()), .stamp = is_settled ? to_hex(stamp.finish()) : ""};
}

std::filesystem::path SourceIndex::file_of(const SourceLook& look) const
{
  return m_directory / fmt::format("source-{}.json", look.shape);
}

SourceIndex::Found SourceIndex::find(const SourceLook& look) const
{
  const auto file = file_of(look);
  const auto text = read_file(file);
  const auto document = text ? parse_json(*text, file.string()) : fail(text.error());
  if (!document || !document->is_object()) {
    return {};
  }
  const bool is_same = !look.stamp.empty() && document->value("stamp", Json()) == look.stamp;
  const Json content = document->value("content", Json());
  return is_same && content.is_string() ? Found{.knows = Knows::content, .content = content.get<std::string>()}
                                        : Found{.knows = Knows::shape, .content = {}};
}

Status SourceIndex::remember(const SourceLook& look, const std::string& content) const
{
  return write_file(file_of(look), Json{{"stamp", look.stamp}, {"content", content}}.dump());
}

}  // namespace davit::commands::image
