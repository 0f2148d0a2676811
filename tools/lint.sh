#!/bin/sh
# Style, types, the order of the rooms, translations. Runs all, then fails if one failed.
cd "$(dirname "$0")/.." || exit 1
bin=.venv/bin
failed=

check() {
    name=$1
    shift
    if output=$("$@" 2>&1); then
        echo "lint: $name: ok"
    else
        printf '%s\n' "$output"
        echo "lint: $name: FAILED"
        failed=1
    fi
}

# The type checker reads the settings, and they want a home.
LOUYU_HOME=$(mktemp -d)
export LOUYU_HOME
trap 'rm -rf "$LOUYU_HOME"' EXIT

check "style" $bin/ruff check --quiet --output-format concise .
check "format" $bin/ruff format --quiet --check .
check "types" $bin/mypy
check "order of the rooms" $bin/lint-imports
check "front-end types" tools/npm run --silent check
check "translations" $bin/python -m tools.check_translations
check "no machine's paths or hosts" $bin/python -m tools.check_tracked_files
[ -z "$failed" ]
