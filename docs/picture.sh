#!/usr/bin/env bash
# Makes docs/home.png: the first page of the site, as Chromium shows it.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
.venv/bin/explainer build --portable --out "$work/site"
chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
  --disable-component-update --disable-sync --hide-scrollbars --user-data-dir="$work/profile" \
  --window-size=1280,1000 --screenshot=docs/home.png "file://$work/site/index.html"
