#!/usr/bin/env bash
# Gradescope runs this for each submission: $root/submission is graded into $root/results/results.json.
# What is wrong on our side gives no score, never 0: whatever ends early leaves a file without one.
set -u

require="@require@" # strict, standard or basic: what must hold at least around the submission
root="${AUTOGRADER_ROOT:-/autograder}"
source="$root/source"
results="$root/results/results.json"

mkdir -p "$root/results"
rm -f "$results"
if [ ! -d "$source/assignment" ]; then # it runs where the zip was unpacked
    source="$(cd "$(dirname "$0")" && pwd)"
elif [ "$(id -u)" = 0 ]; then
    chmod go= "$source" # a wall of its own against submissions, which run as other users then
fi
[ ! -x "$root/venv/bin/python3" ] || PATH="$root/venv/bin:$PATH"
python3 -P -s -m grader.pack.autograder "$root" "$source" "$require" </dev/null

[ -f "$results" ] || cat >"$results" <<'END'
{"output": "This submission could not be graded, by no fault of yours.", "output_format": "text",
 "stdout_visibility": "hidden", "tests": [{"name": "For the people of the course", "visibility": "hidden",
 "output": "The autograder ended before it wrote a result; see its standard output, and the log of setup.sh."}]}
END
