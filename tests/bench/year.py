#!/usr/bin/env python3
"""A whole fictitious year of 30 departments: how long it takes to assess it, freeze it and replay it
on one core, and whether a few dozen lines of Python come to the same scores.

    year.py PROGRAM [CASES]        2,000,000 cases where nothing is said; ends with 1 above the limit

The store is filled by SQL, in no time worth measuring: the facts follow from the number of a case, so
that every run has the same. The sums are then counted by the program itself, as for an old store."""
import json, os, shutil, sqlite3, subprocess, sys, tempfile, time

PROGRAM, CASES = os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 2_000_000
DEPARTMENTS, WINDOWS, MATTERS, CLERKS, YEAR, LIMIT_S = 30, 4, 5, 2, 2025, 60
START_MS = 1735689600000 - 8 * 3600000  # 2025-01-01 00:00 in Shanghai

FILL = """
CREATE TEMP TABLE w AS SELECT row_number() OVER (ORDER BY id) - 1 AS n, id, department_id FROM windows;
CREATE TEMP TABLE m AS SELECT (row_number() OVER (PARTITION BY department_id ORDER BY id) - 1) AS n, id,
    department_id, kind, promised_days FROM matters;
CREATE TEMP TABLE k AS SELECT row_number() OVER (ORDER BY id) - 1 AS n, id FROM clerks;
CREATE TEMP TABLE f (i INTEGER PRIMARY KEY, h INTEGER, w INTEGER, d INTEGER, m INTEGER, k INTEGER, at INTEGER,
    promise INTEGER, promised INTEGER);
INSERT INTO f
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :cases),
-- three numbers mixed from that of the case; small departments have few cases
    x AS (SELECT i, (i * 2654435761 + (i >> 7) * 40503) & 2147483647 AS h FROM n)
SELECT x.i, x.h, w.id, w.department_id, m.id, k.id,
    :start + x.i * (364 * 86400000 / :cases) + (x.h % 28800) * 1000, m.kind = 'promise', m.promised_days
FROM x JOIN w ON w.n = (x.h / 7 % 1009) * (x.h / 11 % 1009) * 120 / (1009 * 1009)
    JOIN m ON m.department_id = w.department_id AND m.n = x.h / 13 % :matters
    JOIN k ON k.n = w.n * :clerks + x.h / 17 % :clerks;
INSERT INTO cases (id, hall, ordinal, source, case_no, matter_id, window_id, clerk_id, state, outcome,
    opened_ms, accepted_ms, closed_ms, rate_until_ms, changed_ms)
SELECT :first + i, :hall, 1, 'year', 'Y' || i, m, w, k, 'closed', 'done', at,
    at - (CASE WHEN promise THEN (h / 19 % (promised + 2)) * 86400000 ELSE 0 END), at, at + 1296000000, at FROM f;
INSERT INTO closings (case_id, hall, local_date, ratable)
SELECT :first + i, :hall, CAST(strftime('%Y%m%d', at / 1000 + 28800, 'unixepoch') AS INTEGER), 1 FROM f;
INSERT INTO ratings (id, hall, case_id, round, grade, channel, proof, receipt, delay_s, local_date, rated_ms)
SELECT :first + 10000000 + i, :hall, :first + i, 0,
    CASE WHEN h / 23 % 1000 < 10 + d % 37 THEN 1 + h / 29 % 2 WHEN h / 23 % 1000 < 90 THEN 3 + h / 29 % 2 ELSE 5 END,
    CASE h / 31 % 4 WHEN 0 THEN 'ticket_qr' WHEN 1 THEN 'desk' ELSE 'sms' END, 'P1', printf('%016d', i),
    CASE h / 37 % 3 WHEN 0 THEN 600 WHEN 1 THEN 30000 ELSE 200000 END,
    CAST(strftime('%Y%m%d', at / 1000 + 28800, 'unixepoch') AS INTEGER), at + 600000 FROM f WHERE h / 41 % 10 < 3;
INSERT INTO rating_details (id, hall, case_id, rating_id, attitude, efficiency, quality, integrity, tags, tag_set, at_ms)
SELECT id + 20000000, hall, case_id, id, 1 + (grade + 3) % 5, grade, 5, 5, '', 1, rated_ms FROM ratings
    WHERE id % 5 = 0;
"""


def hall():
    """The hall file: departments with four windows, five matters and eight clerks each."""
    departments = [{"code": f"d{i:02}", "name": f"第{i:02}局"} for i in range(DEPARTMENTS)]
    matters = [{"code": f"d{i:02}-{j}", "name": f"事项{i:02}-{j}", "short_name": f"事项{i:02}{j}", "department": f"d{i:02}",
                "series": "A", "kind": "promise" if j % 2 else "instant", "statutory_days": 20,
                "promised_days": 5 if j % 2 else 0} for i in range(DEPARTMENTS) for j in range(MATTERS)]
    windows = [{"code": f"W{i:02}{j}", "name": f"{i:02}{j}窗口", "department": f"d{i:02}", "matters": "all"}
               for i in range(DEPARTMENTS) for j in range(WINDOWS)]
    staff = [{"code": f"{w['code']}{c}", "name": "某工", "window": w["code"]} for w in windows for c in range(CLERKS)]
    return {"hall": {"code": "year", "name": "虚构政务服务中心", "county": "虚构县", "timezone": "Asia/Shanghai",
                     "signature": "虚构政务"},
            "departments": departments, "windows": windows, "matters": matters,
            "series": [{"letter": "A", "name": "综合"}], "staff": staff, "kiosks": []}


def fill(path):
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -400000;")
    number = db.execute("SELECT hall FROM halls").fetchone()[0]
    db.execute("BEGIN")
    values = {"cases": CASES, "start": START_MS, "matters": MATTERS, "clerks": CLERKS, "hall": number,
              "first": 1 << 50}
    for statement in FILL.split(";\n"):
        words = {name: values[name] for name in values if ":" + name in statement}
        if statement.strip():
            db.execute(statement, words)
    for i in range(DEPARTMENTS):
        for q in range(1, 5):
            db.execute("INSERT INTO hall_marks (id, hall, once, year, quarter, department_code, kind, mark, words_id,"
                       " actor, at_ms) VALUES (?, ?, ?, ?, ?, ?, 'openness', ?, 0, 'year', ?)",
                       ((1 << 51) + i * 4 + q, number, f"{i}-{q}", YEAR, q, f"d{i:02}", 8000 + i * 61 % 2000, START_MS))
    for s, part in enumerate(("targets", "conduct", "mutual")):
        sheet = (1 << 51) + 1000 + s
        db.execute("INSERT INTO sheets (id, hall, once, year, part, name, digest, marks, actor, at_ms)"
                   " VALUES (?, ?, ?, ?, ?, 'year', '', ?, 'year', ?)",
                   (sheet, number, part, YEAR, part, DEPARTMENTS, START_MS))
        for i in range(DEPARTMENTS):
            db.execute("INSERT INTO sheet_marks (sheet_id, hall, department_code, mark) VALUES (?, ?, ?, ?)",
                       (sheet, number, f"d{i:02}", 850000 + (i * 7919 + s * 104729) % 150000))
    db.execute("DELETE FROM marks WHERE name IN ('rates_filled', 'promises_filled')")
    db.execute("COMMIT")
    db.close()


def timed(what, *args, cpu=True):
    began = time.monotonic()
    done = subprocess.run((["taskset", "-c", "0"] if cpu else []) + list(args), capture_output=True, text=True)
    took = time.monotonic() - began
    if done.returncode != 0:
        sys.exit(f"{what}: {done.stdout}{done.stderr}")
    print(f"{what:<44}{took:8.1f} s", flush=True)
    return took, done


folder = tempfile.mkdtemp(prefix="yiping-year-")
try:
    data, bundle = os.path.join(folder, "data"), os.path.join(folder, "year.yiping")
    with open(os.path.join(folder, "hall.json"), "w") as out:
        json.dump(hall(), out)
    timed("an empty hall of 30 departments", PROGRAM, "init", "--data", data, "--hall", os.path.join(folder, "hall.json"))
    began = time.monotonic()
    fill(os.path.join(data, "yiping.db"))
    print(f"{f'{CASES:,} cases, by SQL':<44}{time.monotonic() - began:8.1f} s", flush=True)
    timed("their sums, counted by the program", PROGRAM, "key", "add", "--data", data, "--role", "auditor", "--name", "year")
    took, made = timed("assess and freeze", PROGRAM, "assess", "--data", data, "--year", str(YEAR), bundle)
    again, told = timed("replay", PROGRAM, "replay", "--json", bundle)
    told = json.loads(told.stdout)
    assert told["same"] and told["cases"] == CASES and told["departments"] == DEPARTMENTS, told
    print(f"{'the bundle':<44}{os.path.getsize(bundle) / 1e6:8.1f} MB")
    here = os.path.dirname(os.path.abspath(__file__))
    timed("recomputed in Python", sys.executable, os.path.join(here, "../flow/recompute.py"), bundle, cpu=False)
    print(f"{'assess, freeze and replay, one core':<44}{took + again:8.1f} s of {LIMIT_S}")
    sys.exit(0 if took + again < LIMIT_S else 1)
finally:
    shutil.rmtree(folder)
