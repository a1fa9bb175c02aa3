# Every target only calls the one command, `steering-window`, or the nano ladder's trainers.
SEED ?= 0
STRICT ?=
PYTHON = .venv/bin/python

.PHONY: experiment reproduce test nano-ladder nano-sae set-up

experiment:
	node scripts/steering-window.mjs experiment

reproduce:
	node scripts/steering-window.mjs reproduce $(if $(STRICT),--strict)

test:
	node scripts/test.mjs

set-up:
	node scripts/steering-window.mjs methods > /dev/null

nano-ladder: set-up
	PYTHONPATH=python-worker $(PYTHON) -m nano_ladder --seed $(SEED) --out models/nano

nano-sae: set-up
	PYTHONPATH=python-worker $(PYTHON) -m nano_ladder.sae --seed $(SEED) --models models/nano
