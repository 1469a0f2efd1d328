#!/usr/bin/env bash
# Everything that `make test` runs; the last line is `N passed, N failed`.
#
#   .test.sh [GROUP…]     only these: build floors format clang flow unit asan crash browser
#
# Programs run side by side, one more at a time than there are processors, because most of them wait
# more than they reckon; WORKERS says otherwise. Those that begin first are those that take longest.
#
# Promise: each program has a time and a session of its own; what it leaves running is ended and
# counts as its failure, and so does a crash, a silent program and a missing count. Whole outputs are
# in .build/test. Each program's own closing line is shown when it has ended, and the sum is taken
# from those lines.
set -u
cd "$(dirname "$0")"
export LC_ALL=C.UTF-8
logs=.build/test
mkdir -p "$logs"

# Every process of a program carries the program's mark in its environment, so that none is missed,
# and none of somebody else's is met. The mark's name is not ours, for tests take what begins with
# YIPING_ out of the environment of what they start.
run=$$-$RANDOM$RANDOM
make=${MAKE:-make}
workers=${WORKERS:-$(($(nproc) + 1))}
declare -A running=() # who runs: process → the file that will say how it went
begun=0 passed=0 failed=0
began=$SECONDS

marked() { # the processes whose mark begins so
    grep -lzs "^TEST_MARK=$1" /proc/[0-9]*/environ | sed 's|/proc/||; s|/environ||'
}

# Ends what is left with this mark; tells how many there were after a moment of grace.
sweep() {
    local left end=$((SECONDS + $2))
    while left=$(marked "$1") && [ -n "$left" ] && [ $SECONDS -lt $end ]; do sleep 0.1; done
    [ -z "$left" ] && { echo 0; return; }
    kill -KILL $left 2>/dev/null
    wc -w <<<"$left"
}
give_up() {
    trap '' INT TERM HUP
    [ ${#running[@]} -eq 0 ] || kill "${!running[@]}" 2>/dev/null
    sweep "$run-" 0 >/dev/null
    echo "stopped before the end"
    echo "$passed passed, $((failed + 1)) failed"
    exit 130
}
trap give_up INT TERM HUP
trap 'sweep "$run-" 0 >/dev/null' EXIT

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

# perform MARK NAME SECONDS COMMAND…: runs it to its end and writes "passed failed" and, below,
# what a person reads.
perform() {
    local mark=$1 name=$2 seconds=$3 log=$logs/${2//\//-}.log start=$SECONDS status p f left note=
    shift 3
    { TEST_MARK=$mark setsid -w timeout -k 5 "$seconds" "$@" >"$log" 2>&1 </dev/null; } 2>/dev/null
    status=$?
    [ "$status" -eq 137 ] && [ $((SECONDS - start)) -ge "$seconds" ] && status=124 # it did not heed the first signal
    left=$(sweep "$mark\$" 3)
    read -r p f < <(count "$log")
    [ "$status" -ne 0 ] && [ "$f" -eq 0 ] && f=1 note=", ended with status $status"
    [ "$status" -eq 124 ] && note=", not done within $seconds s"
    [ $((p + f)) -eq 0 ] && f=1 note=', said nothing of its tests'
    [ "$left" -ne 0 ] && f=$((f + 1)) note="$note, left $left processes running"
    echo "$p $f"
    if [ "$f" -ne 0 ]; then
        { grep -E '^ *not ok|^\[  FAILED  \] |^FAILED|ERROR: |runtime error: ' "$log" | cut -c1-200 | head -n 40
          echo '...'
          tail -n 30 "$log"; } | sed 's/^/    /'
        echo "    (all of it: $log)"
    fi
    printf '%-30s %4d passed, %d failed%s  (%d s)\n' "$name" "$p" "$f" "$note" $((SECONDS - start))
}

# Waits for one of those that run, shows its line and adds it up.
reap() {
    local ended said p=0 f=1
    wait -n -p ended "${!running[@]}"
    said=${running[$ended]}
    unset "running[$ended]"
    { read -r p f && cat; } <"$said" || echo "    ($said: it was ended from outside)"
    rm -f "$said"
    passed=$((passed + p)) failed=$((failed + f))
}
settle() { while [ ${#running[@]} -gt 0 ]; do reap; done; }

# one NAME SECONDS COMMAND…: a program that counts its tests itself. It begins as soon as there is a
# place for it; nobody waits for its end.
one() {
    local said
    while [ ${#running[@]} -ge "$workers" ]; do reap; done
    begun=$((begun + 1))
    said=$logs/said.$begun
    perform "$run-$begun" "$@" >"$said" &
    running[$!]=$said
}

# check NAME SECONDS COMMAND…: a command that is right or wrong.
check() {
    local name=$1 seconds=$2
    shift 2
    one "$name" "$seconds" bash -c '"$@" && echo "1 passed, 0 failed" || { echo "0 passed, 1 failed"; exit 1; }' check "$@"
}

# The same for what others need: it has ended before the next begins.
need() {
    local mine
    check "$@"
    mine=$!
    while [ -n "${running[$mine]-}" ]; do reap; done
}

# ordered FIRST FILE…: the files' names without folder and ending; those named in FIRST lead.
ordered() {
    local first=$1 file name names=
    shift
    for file; do
        [ -e "$file" ] || continue
        name=${file##*/}
        names+="${name%%.*} "
    done
    for name in $first; do
        [[ " $names" == *" $name "* ]] && echo "$name"
    done
    for name in $names; do
        [[ " $first " == *" $name "* ]] || echo "$name"
    done
}
units() { # units VARIANT: every unit test's program
    local test
    for test in $(ordered "$long_units" tests/unit/*_test.c); do
        one "$1/$test" 600 ".build/$1/tests/unit/$test"
    done
}

long_units='sending_test staff_test demo_test escpos_test trigger_test carry_http_test spool_test city_test http_clients_test'
long_flows='tickets accounts failover kannel access asvs audit smstools receipt print_agent printing'
long_browsers='sweep_staff citizen desk kiosk praise wall orders day sweep_hall way'

group_build() { need build 900 "$make" --no-print-directory all build-unit; }
group_floors() { check floors 300 "$make" --no-print-directory floors; }
group_format() { check format 300 "$make" --no-print-directory format-check; }
group_clang() { check clang 900 "$make" --no-print-directory clang; }
group_unit() { units release; }
group_asan() {
    need 'build with sanitizers' 900 "$make" --no-print-directory VARIANT=asan all build-unit
    export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1
    units asan
    unset ASAN_OPTIONS UBSAN_OPTIONS
}
# What tests in JavaScript need, once.
packages() {
    local stamp=tests/browser/node_modules/.package-lock.json
    if [ ! -e "$stamp" ] || [ tests/browser/package-lock.json -nt "$stamp" ]; then
        need 'packages for tests' 600 npm ci --prefix tests/browser --no-audit --no-fund --ignore-scripts
    fi
}
group_flow() {
    local test
    packages
    need 'programs for flow tests' 600 "$make" --no-print-directory build-flow
    for test in $(ordered "$long_flows" tests/flow/*.test.mjs); do
        one "flow/$test" 900 node --test --test-reporter=tap "tests/flow/$test.test.mjs"
    done
}
group_crash() {
    one crash/gateway_faults_asked 900 env KIND=aliyun node tests/crash/gateway_faults.mjs
    one crash/crash 900 node tests/crash/crash.mjs
    one crash/gateway_faults 900 env KIND=kannel node tests/crash/gateway_faults.mjs
    for test in check_mutants full_disk; do
        one "crash/$test" 900 node "tests/crash/$test.mjs"
    done
    check 'a city of replies' 600 "$make" --no-print-directory city
}
group_browser() {
    local test
    packages
    for test in $(ordered "$long_browsers" tests/browser/*.test.mjs); do
        one "browser/$test" 900 node --test --test-reporter=tap "tests/browser/$test.test.mjs"
    done
}

export SHARED=${SHARED:-$([ -d ../shared ] && echo ../shared || echo tests/data)}
[ $# -gt 0 ] || set -- build floors format clang flow unit asan crash browser
for group; do
    "group_$group"
done
settle
echo "all of it in $((SECONDS - began)) s"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
