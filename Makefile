# make run [IMAGE=...]   what is inside an image (default: the example image), as a table and as document.json
# make test              everything that has to hold: lint, types, tests
# make docs              the site of docs/, in site/
# make help              these lines

IMAGE ?= fixtures/example-image.tar
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin

# Debian packages whose tools the integration tests start.
SYSTEM_PACKAGES := apache2-utils buildah busybox catatonit ceph-common ceph-mon ceph-osd chromium db5.3-util \
	docker-registry dpkg fish groff mmdebstrap mount openssl podman radosgw rpm runc skopeo xz-utils zsh zstd

.PHONY: run test lint docs help system-packages clean
.DELETE_ON_ERROR:

run: $(VENV)/installed
	$(RUN)/package-extract analyze "$(IMAGE)" -o document.json
	$(RUN)/package-extract analyze "$(IMAGE)" --format table
	@echo && echo "The whole document: document.json"

test: system-packages lint
	$(RUN)/pytest -q

lint: $(VENV)/tested
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy

# Written anew: what is generated from the models and the commands.
docs: $(VENV)/documented
	$(RUN)/python docs/build_schema.py
	$(RUN)/python docs/build_reference.py
	$(RUN)/python docs/build_man_page.py
	$(RUN)/python docs/build_cli_reference.py
	NO_MKDOCS_2_WARNING=1 $(RUN)/mkdocs build --strict --quiet

$(VENV)/documented: $(VENV)/installed
	$(RUN)/python -m pip install --quiet --disable-pip-version-check --group docs
	@touch $@

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(RUN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'

$(VENV)/installed: pyproject.toml | $(VENV)/bin/python
	$(RUN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/tested: $(VENV)/installed
	$(RUN)/python -m pip install --quiet --disable-pip-version-check --group dev
	@touch $@

# Tests that need a tool that is missing say so: skipped, or failed where CI is set.
system-packages:
	@missing=$$(for package in $(SYSTEM_PACKAGES); do \
		dpkg-query -W -f '$${db:Status-Abbrev}' $$package 2>/dev/null | grep -q ^ii || echo $$package; done); \
	[ -n "$$missing" ] || exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $$missing >/dev/null; \
	else echo "not installed, some integration tests need them:" $$missing; fi

help:
	@sed -n 's/^# \(make \)/\1/p' $(firstword $(MAKEFILE_LIST))

clean:
	rm -rf $(VENV) build dist site document.json .mypy_cache .pytest_cache .ruff_cache .hypothesis
