#!/usr/bin/env bash
# Compile the pinned requirement sets from pyproject.toml. `all.txt` is resolved first; every other set is held to it,
# so one environment can carry any mixture of the extras. Run after a change of dependencies: make lock
set -euo pipefail
cd "$(dirname "$0")/.."
uv=${UV:-.venv/bin/uv}
compile() { "$uv" pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
    --no-header --quiet "$@"; }
compile --all-extras ${UPGRADE:+--upgrade} -o requirements/all.txt
for extra in airflow worker torch ctranslate2 stack lake dev; do
    compile --extra "$extra" -c requirements/all.txt -o "requirements/$extra.txt"
done
printf 'setuptools>=80\nuv==0.13.9\n' | "$uv" pip compile - --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-header --quiet -c requirements/all.txt -o requirements/bootstrap.txt
