#!/usr/bin/env python3
"""Works the scores of an assessment out from its bundle, in whole numbers and from the words of
src/domain/assess.h alone, and compares every `score` and `total` line: recompute.py FILE"""
import hashlib, json, sys
from collections import defaultdict
from fractions import Fraction

COUNTED = ("attitude", "efficiency", "quality", "integrity", "good", "promise", "rectification")
SCORED = ("sms", "ticket_qr", "ticket_sms", "desk")
half_up = lambda x: int((2 * x + 1) // 2) if isinstance(x, int) else (2 * x.numerator + x.denominator) // (2 * x.denominator)
text4 = lambda s: "-" if s is None else "%d.%04d" % divmod(s, 10000)

count = defaultdict(lambda: [0, 0])       # (unit, measure) -> [k, n]
strata = defaultdict(lambda: [0, 0])      # (unit, channel, delay, kind) -> [k, n] of the overall grade
marks, units, told, plain = {}, [], [], defaultdict(lambda: [0, 0, 0, 0])
kind_of, digest, columns = {}, hashlib.sha256(), {}


def add(key, good, table=count):
    table[key][0] += good
    table[key][1] += 1


def fact(f):
    if f[0] == "unit":
        units.append(f[1])
    elif f[0] == "mark":
        marks[f[2], f[1]] = int(f[3].replace(".", ""))
    elif f[0] == "order":
        r = dict(zip(columns["order"], f))
        add((r["department"], "rectification"), r["fix"] == "kept")
    elif f[0] == "case":
        r = dict(zip(columns["case"], f))
        u = r["department"]
        plain[u][0] += 1
        plain[u][1] += int(r["ratable"])
        if r["promised"] != "-":
            add((u, "promise"), int(r["taken"]) <= int(r["promised"]))
        if r["channel"] == "-":
            return
        plain[u][2] += 1
        plain[u][3] += int(r["excluded"])
        if r["excluded"] == "1" or r["channel"] not in SCORED:
            return
        if r["grade"] != "-":
            add((u, "good"), int(r["grade"]) >= 3)
            add((u, r["channel"], r["delay"], r["kind"]), int(r["grade"]) >= 3, strata)
        for d in COUNTED[:4]:
            if r[d] != "-":
                add((u, d), int(r[d]) >= 3)


def prior_weight(pairs):                   # analysis of variance of a beta-binomial, 1 … 10000
    pairs = [p for p in pairs if p[1]]
    units, K, N = len(pairs), sum(p[0] for p in pairs), sum(p[1] for p in pairs)
    if units < 2 or N == units:
        return 10000
    Q = sum(half_up(Fraction(k * k * 10**9, n)) for k, n in pairs)
    within = K * 10**9 - Q
    below = (Q - half_up(Fraction(K * K * 10**9, N))) * (N - units) - within * (units - 1)
    if below <= 0:
        return 10000
    return min(max(half_up(Fraction((N * N - sum(n * n for k, n in pairs)) * within, below * N)), 1), 10000)


with open(sys.argv[1], "rb") as file:
    facts = True
    for raw in file:
        f = raw.rstrip(b"\n").decode().split("\t")
        if f[0] == "facts":
            assert f[1] == digest.hexdigest(), "the facts are not those that were frozen"
            facts = False
        if facts:
            digest.update(raw)
            if f[0] == "scheme":
                scheme = json.loads(f[1])
            elif f[0].startswith("#"):
                columns[f[0][1:]] = [f[0]] + f[1:]
            else:
                fact(f)
        elif f[0] in ("score", "total"):
            told.append("\t".join(f))

rules, peers = scheme["rules"], {d: p["code"] for p in scheme["peers"] for d in p["departments"]}
group = lambda u: peers.get(u, "")
hundredths = lambda text: half_up(Fraction(text) * 100)


def rate(pairs):                           # billionths, or None where nothing was counted
    n = sum(p[1] for p in pairs)
    return half_up(Fraction(sum(p[0] for p in pairs) * 10**9, n)) if n else None


def score(u, measure):
    k, n = count[u, measure]
    mates = [v for v in units if group(v) == group(u)]
    pairs = [count[v, measure] for v in mates]
    base = rate(pairs)
    P = base if rules["prior_rate"] == "peers" else hundredths(rules["prior_rate"]) * 10**5
    m = rules["prior_weight"] if rules["prior_weight"] != "estimated" else prior_weight(pairs)
    if P is None or n + m == 0:
        return k, n, P, m, None
    top = k * 10**9 + m * P
    if measure == "good" and rules["adjust"] and base is not None:
        expected = 0
        for (v, *s), (sk, sn) in list(strata.items()):
            if v == u:
                expected += sn * rate([strata[w, s[0], s[1], s[2]] for w in mates])
        top += n * base - expected
    return k, n, P, m, min(max(half_up(Fraction(top, (n + m) * 1000)), 0), 10**6)


mine = []
totals = {}
for u in sorted(units):
    hall = total = out_of = hall_out_of = 0
    for p in scheme["parts"]:
        weight = hundredths(p["weight"])
        if p["measure"] in COUNTED:
            k, n, P, m, s = score(u, p["measure"])
            mine.append(f"score\t{u}\t{p['code']}\t{k}\t{n}\t{'-' if P is None else P}\t{m}\t{text4(s)}")
        else:
            s = marks.get((u, p["code"]))
            mine.append(f"score\t{u}\t{p['code']}\t-\t-\t-\t-\t{text4(s)}")
        if weight == 0 or (p["measure"] in COUNTED and P is None):
            continue                           # nobody in the group has any of it
        out_of += weight
        total = None if s is None or total is None else total + weight * s
        if p["hall"]:
            hall_out_of += weight
            hall = None if s is None or hall is None else hall + weight * s
    totals[u] = hall if hall_out_of else None, total if out_of else None, out_of
for u in sorted(units):
    hall, total, out_of = totals[u]
    ranked = total is not None and count[u, "good"][1] >= rules["comparable"]
    mine.append("\t".join(map(str, ["total", u, "-" if hall is None else hall, "-" if total is None else total,
                                    int(ranked), *plain[u], out_of])))

wrong = [(a, b) for a, b in zip(mine, told) if a != b]
for a, b in wrong[:5]:
    print("here", a, "\nfile", b)
if wrong or len(mine) != len(told):
    sys.exit(f"{len(wrong)} of {len(mine)} lines differ ({len(told)} in the file)")
print(f"{len(mine)} lines agree to the last digit")
