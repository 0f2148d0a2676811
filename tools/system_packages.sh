#!/bin/sh
# What no package registry of Python or Node brings: a browser and its fonts for the tests and pictures, and
# PostgreSQL for the tests' second engine. Installed where we may (Debian, as root), named otherwise.
set -eu

have_postgresql() { command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; }
have_chinese_font() { ls /usr/share/fonts/opentype/noto/NotoSansCJK* >/dev/null 2>&1 || { command -v fc-list >/dev/null && fc-list :lang=zh | grep -q .; }; }

missing=
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || missing="$missing chromium"
have_chinese_font || missing="$missing fonts-noto-cjk"
have_postgresql || missing="$missing postgresql"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "setup: Debian packages$missing"
    log=$(mktemp)
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086
    if apt-get update -qq >"$log" 2>&1 && apt-get install -y -qq --no-install-recommends $missing >>"$log" 2>&1 </dev/null; then
        rm -f "$log"
        exit 0
    fi
    tail -5 "$log" >&2
fi
echo "setup: not installed:$missing. The program runs without; tests that need them are skipped and say so." >&2
