#!/usr/bin/env bash
# Proves that includes go down only, and that each library has one room. Prints every line that breaks
# this and exits with 1.
#
#   src/main.c > src/cli > src/web > src/work > src/store > src/domain > src/base
#   gateways/ and printers/ see their own folder (the contract), domain and base; work, web, cli and
#   main see them through gateways/gateways.h, gateways/gateway.h and the headers of printers/.
set -eu
cd "$(dirname "$0")"

find src gateways printers -name '*.[ch]' -print0 | LC_ALL=C sort -z | xargs -0 awk '
BEGIN {
    split("base domain store work web cli main", names, " ")
    for (i in names)
        floor[names[i]] = i + 0

    # header (a prefix ending in / stands for all below it) -> the files that may include it
    room["sqlite3.h"] = "^src/store/db_sqlite[.]c$"
    room["libpq-fe.h"] = "^src/store/db_postgres[.]c$"
    room["microhttpd.h"] = "^src/web/http[.]c$"
    room["curl/"] = "^src/work/carry_http[.]c$"
    room["zlib.h"] = "^src/web/gzip[.]c$"
    room["qrencode.h"] = "^src/domain/qr[.]c$"
    room["openssl/"] = "^src/base/crypt[.]c$"
    room["utf8proc.h"] = "^src/base/text[.]c$"
    room["ini.h"] = "^src/base/settings[.]c$"
    room["jansson.h"] = "^(src/(domain|store|work|web|cli)|gateways|printers)/"
    room["cups/"] = "^printers/way_cups[.]c$"
    room["xlsxwriter.h"] = "^src/web/sheet[.]c$"
    room["png.h"] = "^printers/png[.]c$"
    room["pango/"] = "^printers/letters[.]c$"
    room["cairo"] = "^printers/letters[.]c$"
    room["hb.h"] = "^printers/letters[.]c$"
}

function house(path) { # base, domain ... main; gateways; printers
    if (path == "src/main.c" || path == "version.h")
        return path == "version.h" ? "base" : "main"
    sub(/^src\//, "", path)
    return substr(path, 1, index(path, "/") - 1)
}

function wrong(why) {
    printf "%s:%d: %s\n    %s\n", FILENAME, FNR, why, $0
    faults++
}

function own(header,    here, there) {
    here = house(FILENAME)
    there = house(header)
    if (there == "")
        return wrong("an include names its folder, as in \"base/buf.h\"")
    if (here == "gateways" || here == "printers") {
        if (there != here && there != "base" && there != "domain")
            wrong(here "/ sees its contract, domain/ and base/ only")
    } else if (there == "gateways" || there == "printers") {
        if (floor[here] < floor["work"])
            wrong(here "/ knows no " there)
    } else if (!(there in floor)) {
        wrong("there is no floor called " there)
    } else if (floor[there] > floor[here]) {
        wrong(here "/ is below " there "/")
    }
}

function library(header,    name) {
    for (name in room)
        if ((header == name || (name !~ /[.]h$/ && index(header, name) == 1)) && FILENAME !~ room[name])
            wrong(name " has one room, and this is not it")
}

/^[ \t]*#[ \t]*include/ {
    includes++
    if (match($0, /"[^"]+"/)) {
        header = substr($0, RSTART + 1, RLENGTH - 2)
        if (header ~ /[.]c$/)
            wrong("a .c file is never included")
        own(header)
    } else if (match($0, /<[^>]+>/)) {
        library(substr($0, RSTART + 1, RLENGTH - 2))
    }
}

END {
    if (faults > 0)
        printf "floors: %d includes, %d wrong\n", includes, faults
    else
        printf "floors: %d includes go down only\n", includes
    exit faults > 0
}' || exit 1
