#!/usr/bin/env bash
# Makes .venv from requirements.lock (every file checked against its hash). Does nothing when it is current.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() { printf 'env: %s\n  next: %s\n' "$1" "$2" >&2; exit 2; }
new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

python=""
for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python; do
  if command -v "$candidate" >/dev/null && new_enough "$candidate"; then python=$candidate; break; fi
done
[ -n "$python" ] || fail "no Python 3.11 or newer on PATH" "install one, or name it: make env PYTHON=/path/to/python3.11"

wanted=$("$python" - requirements.lock <<'PY'
import hashlib, sys
digest = hashlib.sha256(sys.version.encode())
for name in sys.argv[1:]:
    digest.update(open(name, "rb").read())
print(digest.hexdigest()[:16])
PY
)
if [ -x .venv/bin/launchgate ] && [ "$(cat .venv/.made-from 2>/dev/null)" = "$wanted" ]; then
  echo "env: .venv is current (lock $wanted), nothing to install" >&2
  exit 0
fi

echo "env: making .venv with $("$python" --version), $(grep -c '==' requirements.lock) locked packages" >&2
started=$SECONDS
rm -rf .venv
if ! "$python" -m venv .venv 2>/tmp/launchgate-venv.$$; then
  # Debian and Ubuntu keep venv's own installer in a package of its own.
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get -qq update && apt-get -qq install -y --no-install-recommends python3-venv >/dev/null
    rm -rf .venv
    "$python" -m venv .venv
  else
    cat /tmp/launchgate-venv.$$ >&2
    fail "$python cannot make a virtual environment" "install its venv module (Debian, Ubuntu: apt install python3-venv)"
  fi
fi
rm -f /tmp/launchgate-venv.$$
export PIP_DISABLE_PIP_VERSION_CHECK=1
.venv/bin/python -m pip install --quiet --require-hashes --requirement requirements.lock \
  || fail "a locked package could not be installed" "read pip's words above; behind a proxy set PIP_INDEX_URL or HTTPS_PROXY"
.venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
echo "$wanted" > .venv/.made-from
echo "env: done in $((SECONDS - started)) s" >&2
