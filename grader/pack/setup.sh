#!/usr/bin/env bash
# Gradescope runs this once, while it makes the machine: a Python of 3.11 or later, and what grading needs.
set -euo pipefail

# The address of the package index that torch comes from. An ordinary one gives the build with CUDA, several
# GB that no Gradescope machine can use: write the address of the index of the CPU build between the quotes.
TORCH_INDEX="${TORCH_INDEX:-}"

root="${AUTOGRADER_ROOT:-/autograder}"
source="$root/source"

fitting() {
    for name in python3.11 python3.12 python3.13 python3; do
        if "$name" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
}

python="$(fitting)"
for package in python3-venv python3.12-venv python3.11-venv; do
    if [ -z "$python" ] && command -v apt-get >/dev/null; then
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$package" >/dev/null || true
        python="$(fitting)"
    fi
done
if [ -z "$python" ]; then
    echo "Python 3.11 or later, with venv, is needed: choose a base image that has one (Ubuntu 24.04 or later)" >&2
    exit 1
fi

"$python" -m venv "$root/venv"
pip=("$root/venv/bin/python" -m pip install --quiet --disable-pip-version-check)
"${pip[@]}" ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} "$(grep '^torch==' "$source/requirements.txt")"
"${pip[@]}" --requirement "$source/requirements.txt" "$source"/convmark-*.whl
"$root/venv/bin/convmark" doctor || true # for the log: what this machine can enforce around a submission
