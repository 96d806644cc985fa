#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Tokens a second of `jwt verify --input tokens`, every algorithm, all tokens different, on one processor and on all.
# usage: tests/bench/jwt_batch.sh DAVIT [COUNT]   (a release build; COUNT tokens an algorithm, default 20000)
set -eu

davit=$(realpath "$1")
count=${2:-20000}
command -v python3 >/dev/null || { echo "SKIP: python3 is not installed"; exit 77; }
python3 -c 'import joserfc' 2>/dev/null || { echo "SKIP: joserfc, which signs the tokens, is not installed"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

rate() { # rate LABEL COMMAND...: runs it on tokens.txt and prints tokens a second
  label=$1
  shift
  start=$(date +%s%N)
  "$@" <tokens.txt >answers.jsonl
  end=$(date +%s%N)
  grep -c '"valid":true' answers.jsonl | awk -v label="$label" -v ns=$((end - start)) '{ printf "%-22s %9.0f a second\n", label, $1 * 1e9 / ns }'
}

for algorithm in HS256 RS256 PS256 ES256 EdDSA; do
  rm -f key
  "$davit" jwt key generate --alg "$algorithm" --to jwk --out key >/dev/null
  python3 -W ignore - "$algorithm" "$count" <<'PY'
import json, sys
from joserfc import jwk, jws
algorithm, count = sys.argv[1], int(sys.argv[2])
if algorithm != "HS256":
    count //= 10  # signing in Python is what takes the time
key = jwk.import_key(json.load(open("key")))
claims = {"iss": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_example", "token_use": "id", "exp": 4102444800, "email": "someone@example.com",
          "cognito:groups": ["admin", "editors"], "padding": "x" * 300}
with open("tokens.txt", "w") as out:
    for number in range(count):
        payload = json.dumps({"sub": f"u-{number}", **claims}).encode()
        out.write(jws.serialize_compact({"alg": algorithm}, payload, key, algorithms=[algorithm]) + "\n")
PY
  rate "$algorithm, one processor" taskset -c 0 "$davit" jwt verify --key key --alg "$algorithm" --input tokens -o jsonl
  rate "$algorithm, all" "$davit" jwt verify --key key --alg "$algorithm" --input tokens -o jsonl
done
