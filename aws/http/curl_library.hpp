// SPDX-License-Identifier: Apache-2.0
#pragma once

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

#include "aws/core/result.hpp"

namespace davit::aws::http {

/// The functions of libcurl that davit calls. Opened at run time, because loading it and the thirty libraries behind it costs several
/// times what an offline command takes.
struct CurlLibrary {
  decltype(&::curl_global_init) global_init;
  decltype(&::curl_version_info) version_info;
  decltype(&::curl_easy_init) easy_init;
  decltype(&::curl_easy_cleanup) easy_cleanup;
  decltype(&::curl_easy_reset) easy_reset;
  decltype(&::curl_easy_setopt) easy_setopt;
  decltype(&::curl_easy_getinfo) easy_getinfo;
  decltype(&::curl_easy_strerror) easy_strerror;
  decltype(&::curl_slist_append) slist_append;
  decltype(&::curl_slist_free_all) slist_free_all;
  decltype(&::curl_multi_init) multi_init;
  decltype(&::curl_multi_cleanup) multi_cleanup;
  decltype(&::curl_multi_setopt) multi_setopt;
  decltype(&::curl_multi_add_handle) multi_add_handle;
  decltype(&::curl_multi_remove_handle) multi_remove_handle;
  decltype(&::curl_multi_perform) multi_perform;
  decltype(&::curl_multi_poll) multi_poll;
  decltype(&::curl_multi_info_read) multi_info_read;
  decltype(&::curl_multi_strerror) multi_strerror;
};

/// Opened and initialised once a process, by the first call. Usage error with the package to install when it is missing or too old.
Result<const CurlLibrary*> open_curl();

}  // namespace davit::aws::http
