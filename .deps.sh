#!/usr/bin/env bash
# Installs what is missing and nothing else: `.deps.sh build` or `.deps.sh test`, for Debian 12.
# Says what and why first, uses sudo when not root, and needs no network where all is there.
set -eu

# package, what for
build='gcc the compiler
libc6-dev the C library
make the build
pkg-config finding libraries
libmicrohttpd-dev HTTP
libcurl4-openssl-dev calling gateways
libjansson-dev JSON
libsqlite3-dev the store
libqrencode-dev QR codes
libssl-dev encryption
libutf8proc-dev Unicode
libinih-dev the settings file
libpango1.0-dev drawing tickets
libpng-dev pictures
libxlsxwriter-dev tables that open in a spreadsheet
zlib1g-dev smaller pages on the wire
tzdata time zones
espeak-ng calling numbers aloud (clips are made with it once; without it a chime sounds)
fonts-noto-cjk Chinese letters in pictures
fonts-noto-core Mongolian and other letters in pictures'

test='libcmocka-dev unit tests
libpq-dev statements on PostgreSQL
postgresql-15 statements on PostgreSQL
sqlite3 judging the store from outside
zbar-tools reading QR codes back
zxing-cpp-tools reading them with another eye
unifont letters of the scripted printer
chromium pages in a browser
clang a second compiler
libclang-rt-14-dev fuzzing
clang-format-14 layout
kannel an SMS gateway to test with
smstools another, with a modem
tshark judging CMPP from outside
libcups2-dev the way to CUPS, where it is built in
cups-daemon a CUPS to test with
apache2-utils measuring beside a plain load generator
procps processes
python3 reading tables with eyes that are not ours
util-linux sessions of their own'

wanted=$build
[ -n "${CUPS:-}" ] && wanted="$wanted
libcups2-dev printers of CUPS"
[ "${1:-build}" = test ] && wanted="$wanted
$test"

there() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

missing=() reasons=()
while read -r package reason; do
    there "$package" || { missing+=("$package"); reasons+=("$package ($reason)"); }
done <<<"$wanted"

# Node may come from anywhere; one that is there is left alone.
if [ "${1:-build}" = test ]; then
    command -v node >/dev/null || { missing+=(nodejs); reasons+=('nodejs (flow and browser tests)'); }
    command -v npm >/dev/null || { missing+=(npm); reasons+=('npm (packages of the flow and browser tests)'); }
fi

[ ${#missing[@]} -eq 0 ] && exit 0

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    echo "These packages of Debian 12 are needed, and apt-get is not here to install them: ${missing[*]}" >&2
    exit 1
fi
printf -v list '%s, ' "${reasons[@]}"
echo "Installing what is missing to ${1:-build} Yiping: ${list%, }"
as_root=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || {
        echo "That needs root, and sudo is not here. As root: apt-get install ${missing[*]}" >&2
        exit 1
    }
    as_root=(sudo)
fi
"${as_root[@]}" apt-get update -q
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
