# SPDX-License-Identifier: Apache-2.0
# Debian 12 packages only; scripts/install-deps holds the same list by package name.
find_package(Threads REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(yaml-cpp REQUIRED)
find_library(DAVIT_YAML_LIBRARY NAMES libyaml-cpp.a yaml-cpp REQUIRED)
find_package(tl-expected REQUIRED)
find_path(DAVIT_SQLITE_INCLUDE_DIR sqlite3.h REQUIRED)
find_library(DAVIT_SQLITE_LIBRARY NAMES libsqlite3.a sqlite3 REQUIRED)
# Static libcrypto spares each start the relocations of the shared one; libcurl brings its own at run time.
set(OPENSSL_USE_STATIC_LIBS ON)
find_package(OpenSSL 3.0 REQUIRED COMPONENTS Crypto)
# libcurl is opened at run time (aws/http): only its header is needed here.
find_path(DAVIT_CURL_INCLUDE_DIR curl/curl.h REQUIRED)
find_path(DAVIT_DEFLATE_INCLUDE_DIR libdeflate.h REQUIRED)
find_library(DAVIT_DEFLATE_LIBRARY NAMES libdeflate.a deflate REQUIRED)
find_path(DAVIT_ZLIB_INCLUDE_DIR zlib.h REQUIRED)
find_library(DAVIT_ZLIB_LIBRARY NAMES libz.a z REQUIRED)
