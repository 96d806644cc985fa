#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What one `jwt verify` costs as a whole process, part by part: an empty program, one that holds libcrypto, one that hashes through it, davit
# alone, davit verifying, and jwt-cli where it is installed (cargo install jwt-cli).
# usage: tests/bench/jwt_start.sh DAVIT   (a release build)
set -eu

davit=$(realpath "$1")
for tool in hyperfine cc openssl; do
  command -v "$tool" >/dev/null || { echo "SKIP: $tool is not installed"; exit 77; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat >empty.c <<'C'
int main(void) { return 0; }
C
cat >crypto.c <<'C'
#include <openssl/evp.h>
int main(int argc, char** argv)
{
  (void)argv;
  unsigned char out[32];
  return argc > 1 ? !EVP_Digest("abc", 3, out, 0, EVP_MD_fetch(0, "SHA256", 0), 0) : 0;
}
C
cc -O2 empty.c -o empty
cc -O2 crypto.c -o crypto "$(cc -print-file-name=libcrypto.a)" -ldl -lpthread

openssl rand -hex 32 | tr -d '\n' >secret
printf '{"sub":"u-1"}' >claims.json
"$davit" jwt mint --key secret --alg HS256 --claims claims.json >hs256
"$davit" jwt key generate --alg RS256 --to jwk --out rsa.jwk >/dev/null
"$davit" jwt key public rsa.jwk >rsa.pem
"$davit" jwt key public rsa.jwk --to jwk >public.jwk
"$davit" jwt mint --key rsa.jwk --claims claims.json >rs256

set -- -N --warmup 20 --runs 300 --export-markdown result.md
set -- "$@" -n "empty program" ./empty
set -- "$@" -n "empty program with libcrypto" ./crypto
set -- "$@" -n "the same and one EVP digest" "./crypto digest"
set -- "$@" -n "davit version" "$davit version"
set -- "$@" -n "davit jwt verify, HS256" "$davit jwt verify --key secret --alg HS256 --token-file hs256 -o json"
set -- "$@" -n "davit jwt verify, RS256, JWK" "$davit jwt verify --key public.jwk --token-file rs256 -o json"
set -- "$@" -n "davit jwt verify, RS256, PEM" "$davit jwt verify --key rsa.pem --token-file rs256 -o json"
if command -v jwt >/dev/null; then
  set -- "$@" -n "jwt-cli, HS256" "jwt decode --alg HS256 --ignore-exp --secret @secret $(cat hs256)"
else
  echo "jwt-cli is not installed; it is left out"
fi
hyperfine "$@" >/dev/null
cat result.md
