// SPDX-License-Identifier: Apache-2.0
#include "aws/http/curl_library.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include "aws/http/version.hpp"

namespace davit::aws::http {
namespace {

constexpr const char* k_file = "libcurl.so.4";
/// CURLOPT_PROTOCOLS_STR came with it.
constexpr unsigned k_oldest_version = 0x075500;

Error library_error(std::string_view why)
{
  return usage_error(fmt::format("cannot use {}: {}", k_file, why), "install it: apt install libcurl4");
}

template <typename Function>
bool find(void* library, const char* name, Function& function)
{
  function = reinterpret_cast<Function>(::dlsym(library, name));
  return function != nullptr;
}

bool find_all(void* library, CurlLibrary& curl)
{
  return find(library, "curl_global_init", curl.global_init) && find(library, "curl_version_info", curl.version_info) &&
         find(library, "curl_easy_init", curl.easy_init) && find(library, "curl_easy_cleanup", curl.easy_cleanup) &&
         find(library, "curl_easy_reset", curl.easy_reset) && find(library, "curl_easy_setopt", curl.easy_setopt) &&
         find(library, "curl_easy_getinfo", curl.easy_getinfo) && find(library, "curl_easy_strerror", curl.easy_strerror) &&
         find(library, "curl_slist_append", curl.slist_append) && find(library, "curl_slist_free_all", curl.slist_free_all) &&
         find(library, "curl_multi_init", curl.multi_init) && find(library, "curl_multi_cleanup", curl.multi_cleanup) &&
         find(library, "curl_multi_setopt", curl.multi_setopt) && find(library, "curl_multi_add_handle", curl.multi_add_handle) &&
         find(library, "curl_multi_remove_handle", curl.multi_remove_handle) && find(library, "curl_multi_perform", curl.multi_perform) &&
         find(library, "curl_multi_poll", curl.multi_poll) && find(library, "curl_multi_info_read", curl.multi_info_read) &&
         find(library, "curl_multi_strerror", curl.multi_strerror);
}

Result<CurlLibrary> load()
{
  // Lazy binding: a call touches a small part of the libraries behind libcurl.
  void* const library = ::dlopen(k_file, RTLD_LAZY | RTLD_LOCAL);
  if (library == nullptr) {
    const char* const why = ::dlerror();
    return fail(library_error(why == nullptr ? "it cannot be opened" : why));
  }
  CurlLibrary curl{};
  if (!find_all(library, curl)) {
    return fail(library_error("it lacks a function that davit needs"));
  }
  if (curl.version_info(CURLVERSION_NOW)->version_num < k_oldest_version) {
    return fail(library_error("it is older than 7.85"));
  }
  if (curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    return fail(library_error("it cannot be initialised"));
  }
  return curl;
}

}  // namespace

Result<const CurlLibrary*> open_curl()
{
  static const Result<CurlLibrary> k_library = load();
  if (!k_library) {
    return fail(k_library.error());
  }
  return &*k_library;
}

Result<std::string> library_version()
{
  DAVIT_TRY_ASSIGN(const CurlLibrary* curl, open_curl());
  const curl_version_info_data* const info = curl->version_info(CURLVERSION_NOW);
  return fmt::format("libcurl {} ({})", info->version, info->ssl_version == nullptr ? "no TLS" : info->ssl_version);
}

}  // namespace davit::aws::http
