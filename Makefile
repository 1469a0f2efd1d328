# Yiping. `make run` shows it, `make test` proves it; `make help` and README.md name the rest.
SHELL = /bin/bash
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules
# All processors, unless somebody said how many, or the make above this one shares its places.
ifeq (,$(findstring -j,$(MAKEFLAGS))$(findstring jobserver,$(shell echo "$$MAKEFLAGS"))$(filter clean,$(MAKECMDGOALS)))
MAKEFLAGS += -j$(shell nproc)
endif

CC ?= gcc
ifeq ($(origin CC),default)
CC = gcc
endif
# release | asan | tsan | fuzz: each has a folder of its own below .build
VARIANT ?= release
B = .build/$(VARIANT)
PREFIX ?= /usr/local
# What tests compare with: a folder shared by several programs where there is one, else our copy.
SHARED ?= $(firstword $(wildcard ../shared) tests/data)
export SHARED

LIBS = libmicrohttpd libcurl jansson sqlite3 libqrencode libcrypto libutf8proc inih pangocairo libpng zlib xlsxwriter
PKG_CFLAGS := $(shell pkg-config --cflags $(LIBS) 2>/dev/null)
PKG_LIBS := $(shell pkg-config --libs $(LIBS) 2>/dev/null)

WARN = -Wall -Wextra -Wformat=2 -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla \
       -Wimplicit-fallthrough -Werror
HARDEN = -fstack-protector-strong -fstack-clash-protection -fcf-protection=full \
         -fno-delete-null-pointer-checks -fno-strict-overflow -fPIE
CFLAGS_release = -O2 -g -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 $(HARDEN)
# Sanitizers hide from the compiler what lengths can be, so it would warn of cuts that cannot happen.
CFLAGS_asan = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer \
              -Wno-format-truncation
CFLAGS_tsan = -O1 -g -fsanitize=thread -Wno-format-truncation
CFLAGS_fuzz = -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
LDFLAGS_release = -pie -Wl,-z,relro,-z,now -Wl,-z,noexecstack
LDFLAGS_asan = -fsanitize=address,undefined
LDFLAGS_tsan = -fsanitize=thread
LDFLAGS_fuzz = -fsanitize=fuzzer,address,undefined

VERSION := $(shell git describe --always --dirty 2>/dev/null || echo unversioned)
CFLAGS_ALL = -std=c17 -ffp-contract=off -D_GNU_SOURCE $(WARN) $(CFLAGS_$(VARIANT)) -Isrc -I. $(PKG_CFLAGS)
LDLIBS = $(PKG_LIBS) -lpthread -lm

# CUPS=1 links the way `cups` in (libcups2-dev); else its stand-in in the library says so. The choice
# is kept, so that `make install` installs what was built, until CUPS=0 or `make clean`.
CUPS ?= $(shell cat $(B)/cups.choice 2>/dev/null)
override CUPS := $(filter-out 0 no,$(CUPS))
CUPS_PARTS = $(B)/printers/way_cups.o
CUPS_LIBS = -lcups

SOURCES := $(filter-out printers/way_cups.c,$(wildcard src/*/*.c gateways/*.c printers/*.c))
OBJECTS = $(SOURCES:%.c=$(B)/%.o) $(B)/pack.o $(B)/version.o
TEMPLATES := $(shell find templates src/store/schema -type f 2>/dev/null | LC_ALL=C sort)
UNIT := $(patsubst tests/unit/%.c,$(B)/tests/unit/%,$(wildcard tests/unit/*_test.c))
FUZZ := $(patsubst tests/fuzz/%.c,$(B)/fuzz/%,$(wildcard tests/fuzz/*_fuzz.c))
FLOW := $(patsubst tests/flow/%.c,$(B)/tests/flow/%,$(wildcard tests/flow/*.c))
BENCH = $(B)/bench/load $(B)/bench/bare $(B)/bench/city $(B)/bench/slip $(B)/bench/lists $(B)/bench/nodelay.so
# Every C file and header of the project, also such as git does not know yet.
C_FILES = $(shell git ls-files -co --exclude-standard '*.c' '*.h')

# What one test needs beyond the rest.
CFLAGS_statements_test := $(shell pkg-config --cflags libpq 2>/dev/null)
LDLIBS_statements_test = -lpq
LDLIBS_cups_test = $(CUPS_LIBS)

.PHONY: all
all: $(B)/yiping $(B)/texts.right

# A message text that is longer than one message at its longest values ends the build.
$(B)/texts.right: $(B)/yiping
	@env -i $(B)/yiping check 2>/dev/null
	@touch $@

# What is named before the library wins over what is in it.
$(B)/yiping: $(B)/src/main.o $(if $(CUPS),$(CUPS_PARTS)) $(B)/libyiping.a $(B)/cups.choice
	@echo "  LINK  $@"
	@$(CC) $(LDFLAGS_$(VARIANT)) -o $@ $(filter %.o %.a,$^) $(LDLIBS) $(if $(CUPS),$(CUPS_LIBS))

# Written anew only when the choice differs from the last one.
$(B)/cups.choice: FORCE
	@mkdir -p $(@D)
	@echo '$(CUPS)' | cmp -s - $@ || echo '$(CUPS)' > $@

$(B)/libyiping.a: $(OBJECTS)
	@rm -f $@
	@ar rcs $@ $^

$(B)/%.o: %.c | deps-build
	@mkdir -p $(@D)
	@echo "  CC    $<"
	@$(CC) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

# Every template, asset and migration, as one sorted table of bytes (base/pack.h).
$(B)/pack.c: $(TEMPLATES) .pack.sh
	@mkdir -p $(@D)
	@bash .pack.sh $(TEMPLATES) > $@

$(B)/pack.o: $(B)/pack.c
	@$(CC) -std=c17 -O0 -Isrc -c -o $@ $<

# Written anew only when the version differs, so that it does not rebuild the rest; by one step, for
# several makes may run at once.
$(B)/version.c: FORCE
	@mkdir -p $(@D)
	@line='const char yiping_version[] = "$(VERSION)";'; \
	    printf '#include "version.h"\n%s\n' "$$line" | cmp -s - $@ || \
	    printf '#include "version.h"\n%s\n' "$$line" > $@

$(B)/version.o: $(B)/version.c
	@$(CC) -std=c17 -Isrc -c -o $@ $<

.PHONY: FORCE
FORCE:

$(B)/tests/unit/cups_test: $(CUPS_PARTS)

$(B)/tests/unit/%: tests/unit/%.c $(B)/libyiping.a
	@mkdir -p $(@D)
	@echo "  TEST  $<"
	@$(CC) $(CFLAGS_ALL) $(CFLAGS_$(notdir $@)) -DSHARED_DIR='"$(SHARED)"' -MMD -MP \
	    $(LDFLAGS_$(VARIANT)) -o $@ $< $(filter %.o,$^) $(B)/libyiping.a $(LDLIBS) -lcmocka \
	    $(LDLIBS_$(notdir $@))

$(B)/fuzz/%: tests/fuzz/%.c $(B)/libyiping.a
	@mkdir -p $(@D)
	@echo "  FUZZ  $<"
	@$(CC) $(CFLAGS_ALL) -MMD -MP $(LDFLAGS_$(VARIANT)) -o $@ $< $(B)/libyiping.a $(LDLIBS)

# What Node cannot do: a modem on a terminal for smsd, our own drivers for vendors' packages.
$(B)/tests/flow/%: tests/flow/%.c $(B)/libyiping.a
	@mkdir -p $(@D)
	@echo "  CC    $<"
	@$(CC) $(CFLAGS_ALL) -MMD -MP $(LDFLAGS_$(VARIANT)) -o $@ $< $(B)/libyiping.a $(LDLIBS)

$(B)/bench/%.so: tests/bench/%.c
	@mkdir -p $(@D)
	@echo "  BENCH $<"
	@$(CC) -O2 -Wall -Wextra -Werror -shared -fPIC -o $@ $<

$(B)/bench/%: tests/bench/%.c $(B)/libyiping.a
	@mkdir -p $(@D)
	@echo "  BENCH $<"
	@$(CC) $(CFLAGS_ALL) -MMD -MP $(LDFLAGS_$(VARIANT)) -o $@ $< $(B)/libyiping.a $(LDLIBS)

-include $(OBJECTS:.o=.d) $(CUPS_PARTS:.o=.d) $(B)/src/main.d $(UNIT:=.d) $(FUZZ:=.d) $(FLOW:=.d) $(BENCH:=.d)

# == Packages ==================================================================================
# `make` installs nothing; `make run` and `make test` do, saying what and why first.

.PHONY: deps-build
deps-build:
	@pkg-config --exists $(LIBS) 2>/dev/null $(if $(CUPS),&& cups-config --version >/dev/null 2>&1) || \
	    { echo "Libraries for building are missing. Install them with: make $(if $(CUPS),CUPS=1 )deps" >&2; exit 1; }

.PHONY: deps
deps:
	@CUPS=$(CUPS) bash .deps.sh build

.PHONY: deps-test
deps-test:
	@bash .deps.sh test

# == To see it =================================================================================
# A second make reads anew what pkg-config knows after packages were installed.

.PHONY: run
run:
	@CUPS=$(CUPS) bash .deps.sh build
	@$(MAKE) --no-print-directory all
	@exec $(B)/yiping demo

# == To prove it ===============================================================================

.PHONY: test
test:
	@bash .deps.sh test
	@MAKE="$(MAKE)" bash .test.sh

# Every unit test goes on after another's failure; the last line names those that failed.
.PHONY: unit
unit: $(UNIT)
	@failed=""; for t in $(UNIT); do $$t || failed="$$failed $$t"; done; \
	    [ -z "$$failed" ] || { echo "failed:$$failed" >&2; exit 1; }

.PHONY: build-unit
build-unit: $(UNIT)

.PHONY: build-flow
build-flow: $(FLOW)

.PHONY: asan
asan:
	@$(MAKE) --no-print-directory VARIANT=asan all unit

.PHONY: tsan
tsan:
	@TSAN_OPTIONS="suppressions=$(CURDIR)/tests/tsan.supp" $(MAKE) --no-print-directory VARIANT=tsan all unit

# Includes go down only; each library has one room.
.PHONY: floors
floors:
	@bash .floors.sh

# A second compiler reads everything.
.PHONY: clang
clang: $(B)/pack.c
	@printf '%s\n' $(filter %.c,$(C_FILES)) | xargs -P "$$(nproc)" -n 8 clang -std=c17 -D_GNU_SOURCE $(WARN) \
	    -Isrc -I. $(PKG_CFLAGS) $(CFLAGS_statements_test) -DSHARED_DIR='"$(SHARED)"' -fsyntax-only
	@echo "clang: $(words $(filter %.c,$(C_FILES))) files without a warning"

# FUZZ_SECONDS for each; what was found stays in .build/fuzz/corpus, crashes in .build/fuzz.
FUZZ_SECONDS ?= 30
.PHONY: fuzz
fuzz:
	@bash .deps.sh test
	@$(MAKE) --no-print-directory VARIANT=fuzz CC=clang fuzz-run

.PHONY: fuzz-run
fuzz-run: $(FUZZ)
	@set -e; for f in $(FUZZ); do \
	    name=$$(basename $$f _fuzz); mkdir -p $(B)/corpus/$$name; \
	    echo "  FUZZ  $$name, $(FUZZ_SECONDS) s"; \
	    $$f -max_total_time=$(FUZZ_SECONDS) -print_final_stats=1 -timeout=10 -rss_limit_mb=2048 \
	        -artifact_prefix=$(B)/$$name- $(B)/corpus/$$name $$(ls -d tests/fuzz/corpus/$$name 2>/dev/null) \
	        > $(B)/$$name.log 2>&1 || { tail -40 $(B)/$$name.log; exit 1; }; \
	    sed -n 's/^stat::number_of_executed_units: */  runs: /p' $(B)/$$name.log; \
	done

# Replies of a whole city, each of which must land on the case that was meant.
.PHONY: city
city: $(B)/bench/city
	@$(B)/bench/city $(SHARED)/halls/example.json $(or $(REPLIES),4000)

# A million cases in, killed in the middle, and their ratings out.
.PHONY: campaign
campaign: $(B)/yiping
	@node tests/bench/files.mjs $(or $(CASES),1000000)

.PHONY: bench
bench: $(B)/yiping $(BENCH)
	@node tests/bench/bench.mjs $(B) $(SHARED)/halls/example.json
	@echo && echo 'a city that answers by SMS, and one with ten million phones:' && \
	    $(B)/bench/city $(SHARED)/halls/example.json 100000 && \
	    $(B)/bench/city $(SHARED)/halls/example.json 100000 - 10000000
	@node tests/bench/sms.mjs $(B)
	@echo && node tests/bench/lists.mjs $(B) $(or $(RATINGS),200000)
	@node tests/bench/print.mjs
	@echo && node tests/bench/slip.mjs $(B)
	@echo && python3 tests/bench/year.py $(B)/yiping $(or $(CASES),2000000)

# == Layout ====================================================================================

FORMAT = clang-format-14
.PHONY: format
format:
	@$(FORMAT) --version | grep -q 'version 14[.]' || { echo "clang-format 14 is wanted: make deps-test" >&2; exit 1; }
	@$(FORMAT) -i $(C_FILES)

.PHONY: format-check
format-check:
	@$(FORMAT) --version | grep -q 'version 14[.]' || { echo "clang-format 14 is wanted: make deps-test" >&2; exit 1; }
	@$(FORMAT) --dry-run -Werror $(C_FILES) && echo "format: $(words $(C_FILES)) files are laid out as make format does it"

# == Install ===================================================================================

.PHONY: install
install: $(B)/yiping
	install -D -m 0755 $(B)/yiping '$(DESTDIR)$(PREFIX)/bin/yiping'
	install -d '$(DESTDIR)$(PREFIX)/lib/systemd/system'
	sed 's|@BIN@|$(PREFIX)/bin|g' .yiping.service > '$(DESTDIR)$(PREFIX)/lib/systemd/system/yiping.service'
	chmod 0644 '$(DESTDIR)$(PREFIX)/lib/systemd/system/yiping.service'

.PHONY: clean
clean:
	rm -rf .build

.PHONY: help
help:
	@echo 'make            build .build/release/yiping; make CUPS=1: with printers of CUPS'
	@echo 'make run        install what is missing, build, start the demo on 127.0.0.1:8080'
	@echo 'make test       install what tests need, build, run everything (logs in .build/test)'
	@echo 'make unit       the unit tests; make asan, make tsan: the same with sanitizers'
	@echo 'make floors     includes go down only; make clang: a second compiler reads everything'
	@echo 'make fuzz       each fuzz target for FUZZ_SECONDS=30; make bench: speed beside its limits'
	@echo 'make format     lay the C out; make format-check only looks'
	@echo 'make install    PREFIX=/usr/local DESTDIR=; make clean'
	@echo 'make deps       packages for building; make deps-test: those for testing too'
