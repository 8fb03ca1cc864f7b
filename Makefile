# make demo | make test: both install what they need into .venv.
# pip would compile 17000 files, of which all tests together import 5000.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
DEMO_OPTIONS ?=
# Such as --annotations data/nextgqa --text-encoder FOLDER.
BENCH_OPTIONS ?= --annotations data/nextgqa
# Processes that share the test files.
TEST_WORKERS ?= 2
# Tiny models that parse the demo's questions; no download.
STANZA_DIR ?= tests/data/stanza/models
# The tensors are small: threads would only wait for each other.
export OMP_NUM_THREADS ?= 1
# Every process would compile torch and transformers anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo figures bench test lint types install install-tests clean

demo: install
	$(BIN)/python tools/demo.py --stanza-dir $(STANZA_DIR) $(DEMO_OPTIONS)
	$(BIN)/python tools/infer.py examples/shapes.mp4 --no-cache \
	    --questions examples/questions.jsonl \
	    --config examples/evidence_shapes.py \
	    --checkpoint examples/evidence_shapes.pth

# The demo's table and picture in README.md and docs/, and what they are of.
figures: install
	$(BIN)/python tools/demo.py --stanza-dir $(STANZA_DIR) --pages . \
	    $(DEMO_OPTIONS)

# All methods on simulated features; goes on where it was stopped.
bench: install
	$(BIN)/python tools/analysis_tools/bench.py $(BENCH_OPTIONS)

test: install-tests lint types $(VENV)/overlay
	CRA_MMACTION_OVERLAY=$(CURDIR)/$(VENV)/overlay $(BIN)/python -m pytest \
	    -n $(TEST_WORKERS) --dist loadfile --no-loadscope-reorder

lint: install-tests
	$(BIN)/ruff check .

types: install-tests
	$(BIN)/mypy

install: $(VENV)/.installed
install-tests: $(VENV)/.installed-tests

$(VENV)/.installed: setup.py requirements/runtime.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --no-compile --editable .
	touch $@

$(VENV)/.installed-tests: $(VENV)/.installed requirements/tests.txt
	$(BIN)/python -m pip install --quiet --no-compile -r requirements/tests.txt
	touch $@

# The tests run with mmaction2 1.2 too, laid over the environment.
$(VENV)/overlay: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --no-compile --no-deps --target $@ \
	    mmaction2==1.2.0 mmcv-lite==2.1.0

clean:
	rm -rf $(VENV) work_dirs build dist *.egg-info cra_plugin/.mim
