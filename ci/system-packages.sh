#!/usr/bin/env bash
# A Chromium for the end-to-end suite and Pango for PDF reports, where they are missing.
# Playwright's own download comes first, then the package manager. What is there is left alone.
set -uo pipefail
cd "$(dirname "$0")/.."
py=.venv/bin/python
log=$(mktemp)
trap 'rm -f "$log"' EXIT
fonts="fonts-liberation fonts-dejavu-core fonts-noto-color-emoji"

has_browser() { $py -c 'from suites.browsing.launch import find_browser; find_browser({})' 2>/dev/null; }
has_pango() { $py -W ignore -c 'import weasyprint' >/dev/null 2>&1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif sudo -n true 2>/dev/null; then sudo "$@"; else return 1; fi
}

packages() {  # packages <debian> -- <fedora> -- <brew>
  local debian=() fedora=() brew=() list=debian
  for word in "$@"; do
    case "$list:$word" in
      debian:--) list=fedora ;;
      fedora:--) list=brew ;;
      *) declare -n into=$list; into+=("$word"); unset -n into ;;
    esac
  done
  if command -v apt-get >/dev/null; then
    as_root apt-get -qq update >>"$log" 2>&1
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${debian[@]}" >>"$log" 2>&1
  elif command -v dnf >/dev/null; then
    as_root dnf -q -y install "${fedora[@]}" >>"$log" 2>&1
  elif command -v brew >/dev/null; then
    brew install --quiet "${brew[@]}" >>"$log" 2>&1
  else
    return 1
  fi
}

did=0
if ! has_browser; then
  did=1
  echo "system-packages: no Chromium; trying Playwright's own download" >&2
  if timeout 300 $py -m playwright install chromium >>"$log" 2>&1; then
    as_root "$PWD/$py" -m playwright install-deps chromium >>"$log" 2>&1 || true
  fi
  if ! has_browser; then
    echo "system-packages: no download from here; asking the package manager for Chromium" >&2
    # shellcheck disable=SC2086
    packages chromium $fonts -- chromium -- --cask chromium || true
  fi
  has_browser && echo "system-packages: Chromium is there now" >&2
fi
if ! has_pango; then
  did=1
  echo "system-packages: no Pango; asking the package manager" >&2
  # shellcheck disable=SC2086
  packages libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 $fonts -- pango -- pango || true
  has_pango && echo "system-packages: Pango is there now" >&2
fi
[ $did = 1 ] || echo "system-packages: Chromium and Pango are there, nothing to install" >&2

missing=""
has_browser || missing="a Chromium (Debian: apt install chromium; elsewhere: any Chromium or Chrome on PATH)"
has_pango || missing="${missing:+$missing, }Pango (Debian: apt install libpango-1.0-0 libpangoft2-1.0-0)"
if [ -n "$missing" ]; then
  tail -5 "$log" >&2
  printf 'system-packages: could not install %s\n  next: install it by hand; until then what needs it is inconclusive\n' "$missing" >&2
fi
exit 0
