#!/usr/bin/env python3
"""The organisers' desk on a generated round: its pages, and the questions across its entries, by the clock of whoever asks.

usage: desk.py FOLDER [sqlite|postgres]... [--entries N]    5,000 entries unless given; FOLDER is on a disk
needs PostgreSQL's server for its part
"""
import http.client, json, os, statistics, subprocess, sys, time

entries = 5000
if "--entries" in sys.argv:
    at = sys.argv.index("--entries")
    entries = int(sys.argv[at + 1])
    del sys.argv[at:at + 2]
kinds = sys.argv[2:] or ["sqlite", "postgres"]
shared = os.path.join(os.path.dirname(os.path.abspath(__file__)), "portal.py")
source = open(shared).read()
given, sys.argv = sys.argv, [sys.argv[0], sys.argv[1]]
exec(compile(source[:source.index("\ndef saving(")].replace("__file__", repr(shared)), shared, "exec"))      # its servers and databases
sys.argv = given
os.makedirs(folder, exist_ok=True)


def desk(kind):
    print(f"the desk, {entries} entries on {kind}")
    seeded = os.path.join(folder, f"round-{kind}.json")
    postgres = Postgres() if kind == "postgres" else None
    server = None
    try:
        if postgres:
            database = postgres.of("portal")
            where = ["--database", database, "--key", os.path.join(tempfile.gettempdir(), "jiqun-bench.key")]
        else:
            database = os.path.join(folder, "round-sqlite")
            where = ["--data", database]
        if not os.path.exists(seeded):
            print("  seeded: " + subprocess.run([*bench, "round", database, seeded, str(entries)], check=True, capture_output=True, text=True).stdout.strip(), flush=True)
        told = json.load(open(seeded))
        server = Server([*jiqun, "serve", *where, "--urls", "URL"], "/sign-in")
        asked = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)

        def get(path):
            start = time.perf_counter()
            asked.request("GET", path, headers={"Cookie": told["Cookie"], "Accept": "text/html"})
            answer = asked.getresponse()
            body = answer.read()
            if answer.status != 200:
                raise SystemExit(f"{path}: {answer.status} {body[:300]}")
            return (time.perf_counter() - start) * 1000, body

        def memory():
            return int(next(l for l in open(f"/proc/{server.process.pid}/status") if l.startswith("VmHWM")).split()[1]) // 1024

        of = f"/rounds/{told['Round']}"
        print(f"  first look, submissions read: {get(of + '/desk')[0]:.0f} ms, at most {memory()} MB", flush=True)
        lists = ["", "?sort=indicators.output&down=1", "?field=indicators.output&is=Least&value=1000&sort=indicators.rdIntensity", "?q=促进中心", "?q=集群+第1",
                 "?province=430000&sort=complete", "?finding=approximate", "?column=" + "&column=".join(["indicators.output", "outputPerEnterprise", "cluster.area", "promoter.name"]) + "&sort=outputPerEnterprise&down=1", "?page=40&sort=submitted",
                 "?field=overview.narrative&is=Contains&value=%E4%B8%80"]
        for path in lists:
            get(of + "/list" + path.replace("促进中心", "%E4%BF%83%E8%BF%9B%E4%B8%AD%E5%BF%83").replace("集群", "%E9%9B%86%E7%BE%A4").replace("第", "%E7%AC%AC"))
        slowest = 0
        for path in lists:
            path = path.replace("促进中心", "%E4%BF%83%E8%BF%9B%E4%B8%AD%E5%BF%83").replace("集群", "%E9%9B%86%E7%BE%A4").replace("第", "%E7%AC%AC")
            took = middle([get(of + "/list" + path)[0] for _ in range(15)])
            print(f"    list{path[:60]:<62} {took:8.1f} ms", flush=True)
            slowest = max(slowest, took)
        said("list, any filter and sort, slowest median", f"{slowest:.0f} ms", "<= 100 ms", slowest <= 100)
        took = middle([get(of + "/desk")[0] for _ in range(15)])
        said("the round at a glance, median", f"{took:.0f} ms", "<= 200 ms", took <= 200)
        took, body = get(of + "/questions")
        said(f"all questions, asked for the first time ({len(body) >> 10} KiB page)", f"{took / 1000:.1f} s", "<= 10 s", took <= 10000)
        took = middle([get(of + "/questions")[0] for _ in range(3)])
        print(f"    all questions again, nothing new: {took:.0f} ms; at most {memory()} MB", flush=True)
    finally:
        if server:
            server.stop()
        if postgres:
            postgres.stop()


for kind in kinds:
    desk(kind)
print("missed: " + ("; ".join(missed) or "nothing"))
sys.exit(1 if missed else 0)
