# Yiping. `make run` shows it, `make test` proves it; README.md names the rest.
SHELL = /bin/bash
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

CC ?= gcc
ifeq ($(origin CC),default)
CC = gcc
endif
# release | asan | tsan: each has a folder of its own below .build
VARIANT ?= release
B = .build/$(VARIANT)
PREFIX ?= /usr/local
SHARED ?= ../shared

LIBS = libmicrohttpd jansson sqlite3 libcurl libqrencode libcrypto libutf8proc inih \
       pangocairo libpng zlib
PKG_CFLAGS := $(shell pkg-config --cflags $(LIBS) 2>/dev/null)
PKG_LIBS := $(shell pkg-config --libs $(LIBS) 2>/dev/null)

WARN = -Wall -Wextra -Wformat=2 -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla \
       -Wimplicit-fallthrough -Werror
HARDEN = -fstack-protector-strong -fstack-clash-protection -fcf-protection=full \
         -fno-delete-null-pointer-checks -fno-strict-overflow -fPIE
CFLAGS_release = -O2 -g -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 $(HARDEN)
CFLAGS_asan = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
CFLAGS_tsan = -O1 -g -fsanitize=thread
LDFLAGS_release = -pie -Wl,-z,relro,-z,now -Wl,-z,noexecstack
LDFLAGS_asan = -fsanitize=address,undefined
LDFLAGS_tsan = -fsanitize=thread

VERSION := $(shell git describe --always --dirty 2>/dev/null || echo unversioned)
CFLAGS_ALL = -std=c17 -D_GNU_SOURCE $(WARN) $(CFLAGS_$(VARIANT)) -Isrc -I. $(PKG_CFLAGS)
LDLIBS = $(PKG_LIBS) -lpthread -lm

SOURCES := $(wildcard src/*/*.c gateways/*.c printers/*.c)
OBJECTS = $(SOURCES:%.c=$(B)/%.o) $(B)/pack.o $(B)/version.o
TEMPLATES := $(shell find templates src/store/schema -type f 2>/dev/null | LC_ALL=C sort)
UNIT := $(patsubst tests/unit/%.c,$(B)/tests/unit/%,$(wildcard tests/unit/*_test.c))

.PHONY: all
all: $(B)/yiping

$(B)/yiping: $(B)/src/main.o $(B)/libyiping.a
	@echo "  LINK  $@"
	@$(CC) $(LDFLAGS_$(VARIANT)) -o $@ $^ $(LDLIBS)

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

# Written anew only when the version differs, so that it does not rebuild the rest.
$(B)/version.c: FORCE
	@mkdir -p $(@D)
	@printf '#include "version.h"\nconst char yiping_version[] = "%s";\n' '$(VERSION)' > $@.new
	@cmp -s $@.new $@ || cp $@.new $@
	@rm -f $@.new

$(B)/version.o: $(B)/version.c
	@$(CC) -std=c17 -Isrc -c -o $@ $<

.PHONY: FORCE
FORCE:

$(B)/tests/unit/%: tests/unit/%.c $(B)/libyiping.a
	@mkdir -p $(@D)
	@echo "  TEST  $<"
	@$(CC) $(CFLAGS_ALL) -DSHARED_DIR='"$(SHARED)"' -MMD -MP $(LDFLAGS_$(VARIANT)) -o $@ $< \
	    $(B)/libyiping.a $(LDLIBS) -lcmocka $(LDLIBS_$(notdir $@))

-include $(OBJECTS:.o=.d) $(B)/src/main.d $(UNIT:=.d)

.PHONY: deps-build
deps-build:

.PHONY: unit
unit: $(UNIT)
	@set -e; for t in $(UNIT); do $$t; done

.PHONY: clean
clean:
	rm -rf .build

.PHONY: format
format:
	clang-format-14 -i $$(git ls-files '*.c' '*.h')
