#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Names each line of C++ that clang-format would lay out otherwise. Version 14 decides: another one has other opinions.
# usage: format_test.sh SOURCE_DIR
set -eu

cd -- "$1"
command -v clang-format-14 >/dev/null || {
  echo "SKIP: clang-format-14 is not installed (scripts/install-deps test)"
  [ "${CI:-}" = true ] && exit 1
  exit 77
}
find aws cli commands templates tests cmake \( -name '*.cpp' -o -name '*.hpp' \) -print0 |
  xargs -0 -n 50 -P 2 clang-format-14 --dry-run -Werror --ferror-limit=5
