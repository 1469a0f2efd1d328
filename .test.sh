#!/usr/bin/env bash
# Everything that `make test` runs, one group after another; the last line is `N passed, N failed`.
#
#   .test.sh [GROUP…]     only these: build floors format clang unit asan flow crash browser
#
# Promise: each group has a time of its own and a session of its own; what it leaves running is ended
# and counts as a failure, and so does a crash, a silent program and a missing count. Whole outputs
# are in .build/test. Each program's own closing line is shown. The sum is taken from those lines.
set -u
cd "$(dirname "$0")"
export LC_ALL=C.UTF-8
logs=.build/test
mkdir -p "$logs"

# Every process of this run carries the mark in its environment, so that none is missed, and none of
# somebody else's is met.
YIPING_TEST_RUN=$$-$RANDOM$RANDOM
make=${MAKE:-make}
passed=0 failed=0
began=$SECONDS

marked() { # the processes of this run, without this shell and its own helpers
    local file pid
    for file in /proc/[0-9]*/environ; do
        pid=${file#/proc/} pid=${pid%/environ}
        grep -qz "^YIPING_TEST_RUN=$YIPING_TEST_RUN\$" "$file" 2>/dev/null && echo "$pid"
    done
}

# Ends what is left of this run; tells how many there were after a moment of grace.
sweep() {
    local left end=$((SECONDS + ${1:-3}))
    while left=$(marked) && [ -n "$left" ] && [ $SECONDS -lt $end ]; do sleep 0.1; done
    [ -z "$left" ] && { echo 0; return; }
    kill -KILL $left 2>/dev/null
    wc -w <<<"$left"
}
trap 'sweep 0 >/dev/null; echo "stopped before the end"; echo "$passed passed, $((failed + 1)) failed"; exit 130' INT TERM HUP
trap 'sweep 0 >/dev/null' EXIT

# Reads closing lines of cmocka, node:test (TAP) and our own programs: "passed failed".
count() {
    awk '
    match($0, /\[  PASSED  \] [0-9]+ test/) { p += substr($0, RSTART + 13) + 0 }
    match($0, /\[  FAILED  \] [0-9]+ test/) { f += substr($0, RSTART + 13) + 0 }
    /^# pass [0-9]+$/ { p += $3 }
    /^# (fail|cancelled) [0-9]+$/ { f += $3 }
    /^[0-9]+ passed, [0-9]+ failed/ { p += $1; f += $3 }
    END { print p + 0, f + 0 }' "$1"
}

# one NAME SECONDS COMMAND…: a program that counts its tests itself.
one() {
    local name=$1 seconds=$2 log=$logs/${1//\//-}.log start=$SECONDS status p f left note=
    shift 2
    YIPING_TEST_RUN=$YIPING_TEST_RUN setsid -w timeout -k 5 "$seconds" "$@" >"$log" 2>&1 </dev/null &
    wait $! # in the background, so that the traps above run at once
    status=$?
    left=$(sweep)
    read -r p f < <(count "$log")
    [ "$status" -ne 0 ] && [ "$f" -eq 0 ] && f=1 note=", ended with status $status"
    [ "$status" -eq 124 ] && note=", not done within $seconds s"
    [ $((p + f)) -eq 0 ] && f=1 note=', said nothing of its tests'
    [ "$left" -ne 0 ] && f=$((f + 1)) note="$note, left $left processes running"
    passed=$((passed + p)) failed=$((failed + f))
    if [ "$f" -ne 0 ]; then
        { grep -E '^ *not ok|^\[  FAILED  \] |^FAILED|ERROR: |runtime error: ' "$log" | cut -c1-200 | head -n 40
          echo '...'
          tail -n 30 "$log"; } | sed 's/^/    /'
        echo "    (all of it: $log)"
    fi
    printf '%-30s %4d passed, %d failed%s  (%d s)\n' "$name" "$p" "$f" "$note" $((SECONDS - start))
}

# check NAME SECONDS COMMAND…: a command that is right or wrong.
check() {
    local name=$1 seconds=$2
    shift 2
    one "$name" "$seconds" bash -c '"$@" && echo "1 passed, 0 failed" || { echo "0 passed, 1 failed"; exit 1; }' check "$@"
}

units() { # units VARIANT: every unit test's program
    local test
    for test in tests/unit/*_test.c; do
        test=$(basename "$test" .c)
        one "$1/$test" 120 ".build/$1/tests/unit/$test"
    done
}

group_build() {
    check build 400 "$make" --no-print-directory all build-unit
}
group_floors() { check floors 60 "$make" --no-print-directory floors; }
group_format() { check format 60 "$make" --no-print-directory format-check; }
group_clang() { check clang 200 "$make" --no-print-directory clang; }
group_unit() { units release; }
group_asan() {
    check 'build with sanitizers' 400 "$make" --no-print-directory VARIANT=asan all build-unit
    export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1
    units asan
    unset ASAN_OPTIONS UBSAN_OPTIONS
}
# What tests in JavaScript need, once.
packages() {
    local stamp=tests/browser/node_modules/.package-lock.json
    if [ ! -e "$stamp" ] || [ tests/browser/package-lock.json -nt "$stamp" ]; then
        check 'packages for tests' 180 npm ci --prefix tests/browser --no-audit --no-fund --ignore-scripts
    fi
}
group_flow() {
    local test
    packages
    check 'programs for flow tests' 120 "$make" --no-print-directory build-flow
    for test in tests/flow/*.test.mjs; do
        [ -e "$test" ] && one "flow/$(basename "$test" .test.mjs)" 240 node --test --test-reporter=tap "$test"
    done
}
group_crash() {
    local test
    check 'a city of replies' 120 "$make" --no-print-directory city
    one crash/gateway_faults 240 env KIND=kannel node tests/crash/gateway_faults.mjs
    one crash/gateway_faults_asked 280 env KIND=aliyun node tests/crash/gateway_faults.mjs
    for test in check_mutants full_disk crash; do
        [ -e "tests/crash/$test.mjs" ] && one "crash/$test" 300 node "tests/crash/$test.mjs"
    done
}
group_browser() {
    local test
    packages
    for test in tests/browser/*.test.mjs; do
        one "browser/$(basename "$test" .test.mjs)" 240 node --test --test-reporter=tap "$test"
    done
}

export SHARED=${SHARED:-$([ -d ../shared ] && echo ../shared || echo tests/data)}
[ $# -gt 0 ] || set -- build floors format clang unit asan flow crash browser
for group; do
    "group_$group"
done
echo "all of it in $((SECONDS - began)) s"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
