// SPDX-License-Identifier: Apache-2.0
#include "commands/image/python_compiler.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <atomic>
#include <mutex>
#include <set>
#include <span>
#include <thread>

#include "aws/core/file.hpp"
#include "aws/oci/digest.hpp"
#include "aws/oci/unpack.hpp"
#include "cli/process.hpp"
#include "commands/image/pyc.hpp"

namespace davit::commands::image {
namespace {

// What one process compiles. The bytes of a file depend on what was compiled before it in the same process (marshal marks objects that
// anyone else holds), so the groups are fixed.
constexpr std::size_t k_group = 128;

// Arguments: the magic number, and a file of source, target and name, each ended by a zero byte. Builtin modules only: a base's Python
// is taken out of its layers with little else.
constexpr std::string_view k_script = R"(
import sys, marshal, _imp, _frozen_importlib_external
magic = _frozen_importlib_external.MAGIC_NUMBER
key = int.from_bytes(magic, 'little')
if key != int(sys.argv[1]):
    sys.exit(3)
with open(sys.argv[2], encoding='utf-8', errors='surrogateescape', newline='') as file:
    fields = file.read().split('\0')
for source, target, name in zip(fields[0::3], fields[1::3], fields[2::3]):
    with open(source, 'rb') as file:
        text = file.read()
    try:
        code = marshal.dumps(compile(text, name, 'exec', 0, True, 0))
    except (SyntaxError, ValueError, RecursionError, OverflowError, MemoryError):
        continue
    with open(target, 'wb') as file:
        file.write(magic + b'\1\0\0\0' + _imp.source_hash(key, text) + code)
)";

namespace fs = std::filesystem;
namespace oci = aws::oci;

constexpr std::string_view k_folder_prefix = "python-";
constexpr std::chrono::hours k_unused_after{24 * 14};

bool is_of_this_machine(cli::config::Architecture architecture)
{
#if defined(__x86_64__)
  return architecture == cli::config::Architecture::x86_64;
#elif defined(__aarch64__)
  return architecture == cli::config::Architecture::arm64;
#else
  return false;
#endif
}

/// PythonLibraries that a CPython is linked with, and the loader.
bool is_library_of_python(std::string_view path)
{
  constexpr std::array<std::string_view, 13> k_names{"ld-linux", "ld-2.",  "libc.so",    "libc-2.",  "libm.so",  "libm-2.",   "libdl",
                                                     "libutil",  "librt.", "libpthread", "libz.so.", "libexpat", "libpython3"};
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return name.find(".so") != std::string_view::npos &&
         std::any_of(k_names.begin(), k_names.end(), [&](std::string_view start) { return name.starts_with(start); });
}

/// What Python imports before it runs a program.
bool is_of_start(std::string_view path, const std::string& library)
{
  if (!path.starts_with(library) || !path.ends_with(".py")) {
    return false;
  }
  const std::string_view rest = path.substr(library.size());
  return rest.find('/') == std::string_view::npos || rest.starts_with("encodings/") || rest.starts_with("importlib/") ||
         rest.starts_with("collections/");
}

/// "/usr" of "/usr/bin/python3.11".
fs::path prefix_of(const PythonRuntime& python)
{
  return fs::path(python.interpreter).parent_path().parent_path();
}

oci::WantsEntry parts_of(const PythonRuntime& python)
{
  const std::string prefix = prefix_of(python).string().substr(1);
  const std::string name = fmt::format("/python3.{}/", python.minor);
  return
      [program = python.interpreter.substr(1), library = prefix + "/lib" + name, other = prefix + "/lib64" + name](std::string_view path) {
        path.remove_prefix(path.starts_with("./") ? 2 : 0);
        // Folders of the root may be links: /lib to /usr/lib.
        return path.find('/') == std::string_view::npos || path == program || is_of_start(path, library) || is_of_start(path, other) ||
               is_library_of_python(path);
      };
}

void remove_unused(const fs::path& cache)
{
  std::error_code error;
  const auto oldest = fs::file_time_type::clock::now() - k_unused_after;
  for (const auto& entry : fs::directory_iterator(cache, error)) {
    if (entry.path().filename().string().starts_with(k_folder_prefix) && entry.last_write_time(error) < oldest) {
      fs::remove_all(entry.path(), error);
    }
  }
}

/// The folder with what it takes to start the base's Python. Made once for a base.
Result<fs::path> unpacked_python(const Base& base, const LayerCache& cache)
{
  DAVIT_TRY_ASSIGN(const std::string hex, oci::digest_hex(base.image->manifest.config.digest));
  const fs::path folder = cache.directory() / (std::string(k_folder_prefix) + hex.substr(0, 32));
  std::error_code error;
  if (fs::is_directory(folder, error)) {
    fs::last_write_time(folder, fs::file_time_type::clock::now(), error);
    return folder;
  }
  remove_unused(cache.directory());
  DAVIT_TRY_ASSIGN(const WorkFolder work, WorkFolder::create(cache.directory()));
  const fs::path root = work.path() / "root";
  DAVIT_TRY(oci::unpack(*base.layout, *base.image, root, parts_of(*base.python)));
  // Another build may have been faster.
  fs::rename(root, folder, error);
  return fs::is_directory(folder, error) ? Result<fs::path>(folder) : fail(failed_error("cannot keep the base's Python"));
}

/// The loader, and the folders of the libraries.
struct PythonLibraries {
  std::string loader;
  std::set<std::string> folders;
};

PythonLibraries libraries_in(const fs::path& root)
{
  PythonLibraries found;
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator(root, error)) {
    const std::string name = entry.path().filename();
    if (entry.symlink_status(error).type() != fs::file_type::regular || !is_library_of_python(name)) {
      continue;
    }
    found.folders.insert(entry.path().parent_path().string());
    // Where both are there, "ld-linux..." is a link to the other.
    found.loader = name.starts_with("ld-") ? entry.path().string() : found.loader;
  }
  return found;
}

/// Variables that would make a Python start otherwise.
std::map<std::string, std::optional<std::string>> clean_environment()
{
  std::map<std::string, std::optional<std::string>> out{{"PYTHONHASHSEED", "0"}, {"LC_ALL", "C.UTF-8"}};
  for (const char* name : {"PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "PYTHONOPTIMIZE", "PYTHONWARNINGS", "PYTHONINSPECT", "PYTHONDEBUG",
                           "PYTHONVERBOSE", "PYTHONPLATLIBDIR", "PYTHONMALLOC", "PYTHONDEVMODE", "PYTHONEXECUTABLE"}) {
    out[name] = std::nullopt;
  }
  return out;
}

std::optional<CompilingPython> python_of(const Base& base, const LayerCache& cache)
{
  // The cache does not matter where it cannot be had: there are other Pythons.
  const auto folder = unpacked_python(base, cache);
  const PythonLibraries libraries = folder ? libraries_in(*folder) : PythonLibraries{};
  if (libraries.loader.empty()) {
    return std::nullopt;
  }
  const fs::path root = fs::absolute(*folder);
  CompilingPython python{.command = {libraries.loader, "--library-path", fmt::format("{}", fmt::join(libraries.folders, ":")),
                                     root.string() + base.python->interpreter},
                         .environment = clean_environment()};
  python.environment["PYTHONHOME"] = root.string() + prefix_of(*base.python).string();
  return python;
}

std::string list_of(std::span<const CompileJob> jobs)
{
  std::string out;
  for (const auto& job : jobs) {
    for (const std::string& field : {fs::absolute(job.source).string(), fs::absolute(job.target).string(), job.name}) {
      out.append(field).push_back('\0');
    }
  }
  return out;
}

Result<bool> compile_group(const CompilingPython& python, int minor, std::span<const CompileJob> jobs, const fs::path& list)
{
  DAVIT_TRY(write_file(list, list_of(jobs)));
  cli::Program program{.arguments = python.command, .environment = python.environment};
  program.arguments.insert(program.arguments.end(), {"-S", "-s", "-B", "-W", "ignore", "-c", std::string(k_script),
                                                     fmt::format("{}", pyc_magic(minor).value_or(0)), fs::absolute(list).string()});
  const auto finished = cli::run_program(program);
  if (!finished) {
    return finished.error().kind == ErrorKind::cancelled ? Result<bool>(fail(finished.error())) : false;
  }
  return finished->exit_code == 0;
}

/// The groups of one compilation, taken by as many threads as there are processors.
class Groups
{
public:
  Groups(const CompilingPython& python, int minor, std::span<const CompileJob> jobs, const fs::path& work)
      : m_python(python), m_minor(minor), m_jobs(jobs), m_work(work)
  {
  }

  Result<bool> run()
  {
    std::vector<std::thread> threads;
    const std::size_t groups = (m_jobs.size() + k_group - 1) / k_group;
    const std::size_t processors = std::max(1U, std::thread::hardware_concurrency());
    for (std::size_t i = 0; i < std::min(groups, processors); ++i) {
      threads.emplace_back([this] { take_groups(); });
    }
    std::for_each(threads.begin(), threads.end(), [](std::thread& thread) { thread.join(); });
    return std::move(m_result);
  }

private:
  void take_groups()
  {
    for (std::size_t first = m_next.fetch_add(k_group); first < m_jobs.size(); first = m_next.fetch_add(k_group)) {
      const auto group = m_jobs.subspan(first, std::min(k_group, m_jobs.size() - first));
      auto done = compile_group(m_python, m_minor, group, m_work / fmt::format("list-{}", first));
      const std::scoped_lock lock(m_mutex);
      if (!done || !*done) {
        m_result = std::move(done);
        m_next = m_jobs.size();
      }
    }
  }

  const CompilingPython& m_python;
  int m_minor;
  std::span<const CompileJob> m_jobs;
  const fs::path& m_work;
  std::atomic<std::size_t> m_next{0};
  std::mutex m_mutex;
  Result<bool> m_result{true};
};

}  // namespace

std::vector<CompilingPython> compiling_pythons(const Base& base, cli::config::Architecture architecture, const LayerCache& cache)
{
  std::vector<CompilingPython> out;
  if (base.image && is_of_this_machine(architecture)) {
    if (auto own = python_of(base, cache)) {
      out.push_back(std::move(*own));
    }
  }
  for (const std::string& name : {fmt::format("python3.{}", base.python->minor), std::string("python3")}) {
    out.push_back({.command = {name}, .environment = clean_environment()});
  }
  // Those that uv keeps are on no PATH.
  out.push_back({.command = {"uv", "run", "--quiet", "--no-project", "--no-config", "--offline", "--no-python-downloads",
                             "--managed-python", "--python", fmt::format("3.{}", base.python->minor), "python"},
                 .environment = clean_environment()});
  return out;
}

Result<bool> compile_files(const CompilingPython& python, int minor, const std::vector<CompileJob>& jobs, const fs::path& work)
{
  return Groups(python, minor, jobs, work).run();
}

}  // namespace davit::commands::image
