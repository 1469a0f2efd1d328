#!/usr/bin/env bash
# Writes C that holds every file named on the command line, sorted by name (src/base/pack.h).
set -eu
export LC_ALL=C
printf '#include "base/pack.h"\n'
i=0
for f in $(printf '%s\n' "$@" | sort); do
    printf 'static const unsigned char f%d[] = {' $i
    od -An -v -tu1 "$f" | sed -E 's/ *([0-9]+)/\1,/g'
    printf '0};\n'
    i=$((i + 1))
done
printf 'const struct pack_file pack_table[] = {\n'
i=0
for f in $(printf '%s\n' "$@" | sort); do
    printf '{"%s", f%d, sizeof(f%d) - 1},\n' "$f" $i $i
    i=$((i + 1))
done
printf '};\nconst size_t pack_table_length = %d;\n' $i
