# Clusterdesk: every command a person or CI needs. `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.installed
# The bundled embedding model as published, with an index of its own.
PLAIN := CLUSTERDESK_HOME=.clusterdesk/plain CLUSTERDESK_EMBEDDING_MODEL=all-MiniLM-L6-v2

# Ninety-six invented documents that nothing has learnt from, with an index of their own.
ELSEWHERE := CLUSTERDESK_CORPUS=evals/elsewhere/corpus CLUSTERDESK_HOME=.clusterdesk/elsewhere

.DEFAULT_GOAL := help
.PHONY: help install run ingest test check evals elsewhere bless suggest train transfer bench browser screenshots lock clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt torch
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $(READY)

install: $(READY) ## set everything up in .venv

ingest: $(READY) ## build the index if documents or settings changed
	$(BIN)/python -m ingest

run: ingest ## set up, build the index, serve the chat page on http://127.0.0.1:7860
	$(BIN)/python app.py

check: $(READY) ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

evals: ingest ## ask all known facts; hold the answers to the floors and to the baseline
	$(BIN)/python -m evals

elsewhere: $(READY) ## ask a second library that nothing has learnt from (evals/elsewhere/README.md)
	$(ELSEWHERE) $(BIN)/python -m ingest
	$(ELSEWHERE) $(BIN)/python -m evals --facts evals/elsewhere/facts --config evals/elsewhere/config.toml

bless: ingest ## make today's answers the baseline: make bless REASON="why they are the ones to keep"
	$(BIN)/python -m evals bless --reason '$(REASON)'

test: check ingest ## every check: style, types, tests, known facts
	$(BIN)/pytest -q
	$(BIN)/python -m evals

browser: ingest ## tests in a real browser (needs chromium)
	$(BIN)/pytest -q -m browser

screenshots: ingest ## make the pictures of docs/ from the running page (needs chromium)
	$(BIN)/python -m tests.screenshot docs

suggest: ingest ## make corpus/questions.toml, the questions that the page suggests, from the known facts
	$(BIN)/python -m evals suggest > .clusterdesk/questions.toml
	mv .clusterdesk/questions.toml corpus/questions.toml

INVENTED := $(foreach name,invented invented-2 invented-3 invented-4 in-other-words,--invented evals/training/$(name).jsonl)
RANKER := assistant.train ranker --further evals/training/calibration.jsonl --beside evals/training/neighbours .clusterdesk/dev.jsonl
train: $(READY) ## learn the models again from the known facts and evals/training (some five hours)
	mkdir -p .clusterdesk
	$(PLAIN) $(BIN)/python -m ingest
	$(PLAIN) $(BIN)/python -m evals export --split train > .clusterdesk/train.jsonl
	$(PLAIN) $(BIN)/python -m evals export --split dev > .clusterdesk/dev.jsonl
	$(PLAIN) $(BIN)/python -m assistant.train adapter $(INVENTED) .clusterdesk/train.jsonl evals/training/library.jsonl
	$(BIN)/python -m ingest
	$(BIN)/python -m assistant.train cross-encoder $(INVENTED) .clusterdesk/train.jsonl evals/training/library.jsonl
	$(BIN)/python -m $(RANKER)
	$(PLAIN) $(BIN)/python -m $(RANKER)

ONLY ?= japan-factsheet-2020
ASK ?= briefing
transfer: $(READY) ## learn from one document alone (ONLY), ask of the other (ASK: its facts' ids), with the plain model (an hour)
	mkdir -p .clusterdesk/transfer
	$(PLAIN) $(BIN)/python -m ingest
	$(PLAIN) $(BIN)/python -m evals export --split train > .clusterdesk/train.jsonl
	$(PLAIN) $(BIN)/python -m evals export --split dev > .clusterdesk/dev.jsonl
	$(PLAIN) $(BIN)/python -m assistant.train cross-encoder --epochs 1 --only $(ONLY) --into .clusterdesk/transfer $(INVENTED) .clusterdesk/train.jsonl evals/training/library.jsonl
	$(PLAIN) $(BIN)/python -m assistant.train ranker --only $(ONLY) --into .clusterdesk/transfer --further evals/training/calibration.jsonl .clusterdesk/dev.jsonl
	$(BIN)/python -m evals ablate --weights .clusterdesk/transfer -k $(ASK)

bench: ingest ## time a question as a ratio to one bare query embedding
	$(BIN)/python -m evals bench

lock: ## resolve the newest allowed versions into constraints.txt
	rm -rf .clusterdesk/lock && $(PYTHON) -m venv .clusterdesk/lock
	.clusterdesk/lock/bin/python -m pip install --quiet torch==2.13.0
	.clusterdesk/lock/bin/python -m pip install --quiet '.[dev]'
	(echo "# Made by: make lock"; .clusterdesk/lock/bin/python -m pip freeze --exclude clusterdesk | sed 's/+cpu$$//') > constraints.txt
	rm -rf .clusterdesk/lock build

clean: ## remove the environment and the index; conversations and feedback stay
	rm -rf $(VENV) .clusterdesk/index .clusterdesk/plain .clusterdesk/elsewhere .clusterdesk/neighbours .clusterdesk/page
