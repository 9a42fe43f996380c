# serve   run the service on http://127.0.0.1:3000 (HOST and PORT say otherwise)
# train   run a training job, as in: make train ARGS="forecast --csv sales.csv --target Sales"
# test    lint, types and tests
# quick   lint, types and the tests that are not marked slow
# lock    write requirements/*.txt anew from pyproject.toml
.PHONY: serve train test quick lock

PYTHON ?= $(or $(shell command -v python3.11),python3)
BIN := .venv/bin
# Many tests wait for a service, so there are two processes more than cores, up to four.
WORKERS := $(shell n=$$(getconf _NPROCESSORS_ONLN); echo $$((n < 3 ? n + 2 : 4)))
PIP := $(BIN)/python -m pip --quiet --quiet --disable-pip-version-check --no-input

serve: .venv/.serve
	@exec $(BIN)/python -m service

train: .venv/.training
	@$(BIN)/python -m training $(ARGS)

test: .venv/.test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder

quick: .venv/.test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/python -m pytest -m "not slow" --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder

# A stamp is as new as the lock file that was installed, so that nothing is installed twice.
.venv/.%: requirements/%.txt | $(BIN)/python
	@$(PIP) install --require-hashes -r $<
	@touch $@

$(BIN)/python:
	@$(PYTHON) -m venv .venv

UV := uv pip compile pyproject.toml --python-version 3.11 --generate-hashes --no-emit-index-url --quiet \
	--custom-compile-command "make lock"
TRAINING := --extra objects --extra batch --extra tables --extra documents --extra completion --extra predictions --extra training

lock:
	$(UV) --extra objects -o requirements/objects.txt
	$(UV) -c requirements/objects.txt -o requirements/serve.txt
	$(UV) --extra predictions -c requirements/objects.txt -o requirements/predictions.txt
	$(UV) --extra objects --extra batch --extra cluster -c requirements/objects.txt -o requirements/batch.txt
	$(UV) $(TRAINING) $(patsubst %,-c requirements/%.txt,objects predictions batch) -o requirements/training.txt
	$(UV) $(TRAINING) --extra clients --extra ray --extra tuning --extra mlflow --extra images --extra tagging --extra test -c requirements/training.txt -o requirements/test.txt
