#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs the build into a folder, makes the Debian package, and looks at what a user would get.
# usage: packaging_test.sh BUILD_DIR
set -eu

build=$1
work=$(mktemp -d "${TMPDIR:-/tmp}/davit-packaging.XXXXXX")
trap 'rm -rf "$work"' EXIT

die() {
  echo "packaging: $1" >&2
  exit 1
}
has() { grep -q "$2" "$1" || die "$1 lacks $2: $(cat "$1")"; }

cmake --install "$build" --prefix "$work/usr" >/dev/null
"$work/usr/bin/davit" --version >"$work/version"
has "$work/version" '^davit [0-9]'
[ -s "$work/usr/share/man/man1/davit.1" ] || die "the manual is not installed"
[ -s "$work/usr/share/bash-completion/completions/davit" ] || die "the bash completion is not installed"
[ -s "$work/usr/share/zsh/vendor-completions/_davit" ] || die "the zsh completion is not installed"
[ -s "$work/usr/share/fish/vendor_completions.d/davit.fish" ] || die "the fish completion is not installed"

for tool in dpkg-deb dpkg-shlibdeps; do
  command -v $tool >/dev/null || {
    echo "SKIP: $tool is not installed (apt install dpkg-dev)"
    [ "${CI:-}" = true ] && exit 1
    exit 77
  }
done
(cd "$build" && cpack --config CPackConfig.cmake -G DEB -B "$work/package") >"$work/cpack" 2>&1 || die "cpack: $(cat "$work/cpack")"
package=$(find "$work/package" -maxdepth 1 -name 'davit_*.deb')
dpkg-deb --info "$package" >"$work/info"
has "$work/info" '^ Depends: .*libcurl4'
has "$work/info" '^ Depends: .*libc6'
dpkg-deb --contents "$package" >"$work/contents"
for file in usr/bin/davit usr/share/man/man1/davit.1 usr/share/bash-completion/completions/davit usr/share/zsh/vendor-completions/_davit \
  usr/share/doc/davit/copyright; do
  has "$work/contents" "/$file\$"
done
awk '$2 != "root/root" { exit 1 }' "$work/contents" || die "files of another owner than root: $(cat "$work/contents")"
