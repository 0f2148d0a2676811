#!/bin/sh
# Resolve the dependencies anew: versions and hashes, no host names.
set -eu
cd "$(dirname "$0")/.."
compile() { .venv/bin/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 "$@"; }
compile pyproject.toml --group dev --output-file requirements.lock
compile --group node --output-file requirements-node.lock
compile bench/helpdesk/requirements.in --output-file bench/requirements-helpdesk.lock
