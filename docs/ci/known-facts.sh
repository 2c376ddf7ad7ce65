#!/usr/bin/env bash
# For any build service: facts are checked, asked and held to the baseline; reports go to the folder given, or to .clusterdesk/report.
# Exit codes: 0 pass, 1 worse, 3 error, 4 wrong facts, 5 nothing asked, 6 the documents changed under the facts.
set -euo pipefail
cd "$(dirname "$0")/../.."
reports=${1:-.clusterdesk/report}
mkdir -p "$reports"

make ingest
.venv/bin/python -m evals lint
.venv/bin/python -m evals --html "$reports/report.html" --junit "$reports/junit.xml" --markdown "$reports/summary.md" \
    --results "$reports/results.jsonl"
