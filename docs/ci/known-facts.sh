#!/usr/bin/env bash
# For any build service: facts are asked, held to the baseline and checked; reports go to the folder given, or to .clusterdesk/report.
# Exit codes: 0 pass, 1 worse, 3 error, 4 wrong facts, 5 nothing asked, 6 the documents changed under the facts.
# Lint comes last: it also finds the quotes that a changed document lost, which are no slip of who wrote the facts, but a 6.
set -euo pipefail
cd "$(dirname "$0")/../.."
reports=${1:-.clusterdesk/report}
mkdir -p "$reports"

make ingest
gate=0
.venv/bin/python -m evals --html "$reports/report.html" --junit "$reports/junit.xml" --markdown "$reports/summary.md" \
    --results "$reports/results.jsonl" || gate=$?
lint=0
.venv/bin/python -m evals lint || lint=$?
if [ "$gate" -ne 0 ]; then exit "$gate"; fi
exit "$lint"
