#!/usr/bin/env python3
"""The organisers' desk on a generated round: its pages, and the questions across its entries, by the clock of whoever asks.

usage: desk.py FOLDER [sqlite|postgres]... [--entries N]    5,000 entries unless given; FOLDER is on a disk, and keeps the round between runs
needs PostgreSQL's server for its part
"""
import http.client, json, os, shutil, subprocess, time
from urllib.parse import quote

import portal  # its servers and databases; it takes the folder from the same place

entries = portal.option("--entries", 5000)

LISTS = [
    "", "?sort=indicators.output&down=1", "?field=indicators.output&is=Least&value=1000&sort=indicators.rdIntensity", "?q=" + quote("促进中心"), "?q=" + quote("集群 第1"),
    "?province=430000&sort=complete", "?finding=approximate", "?column=indicators.output&column=outputPerEnterprise&column=cluster.area&column=promoter.name&sort=outputPerEnterprise&down=1",
    "?page=40&sort=submitted", "?field=overview.narrative&is=Contains&value=" + quote("一"),
]


def desk(kind):
    print(f"the desk, {entries} entries on {kind}")
    seeded = os.path.join(portal.folder, f"round-{kind}.json")
    postgres = portal.Postgres() if kind == "postgres" else None
    server = None
    try:
        database = postgres.of("portal") if postgres else os.path.join(portal.folder, "round-sqlite")
        if not postgres and os.path.exists(seeded) and time.time() - os.path.getmtime(seeded) > 1200:
            shutil.rmtree(database)                         # the session that was seeded with it has ended
            os.remove(seeded)
        if postgres or not os.path.exists(seeded):          # PostgreSQL's folder is made anew each time
            print("  seeded: " + subprocess.run([*portal.bench, "round", database, seeded, str(entries)], check=True, capture_output=True, text=True).stdout.strip(), flush=True)
        told = json.load(open(seeded))
        server = portal.serve(database)
        asked = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)

        def get(page):
            start = time.perf_counter()
            asked.request("GET", f"/rounds/{told['Round']}/{page}", headers={"Cookie": told["Cookie"], "Accept": "text/html"})
            answer = asked.getresponse()
            body = answer.read()
            if answer.status != 200:
                raise SystemExit(f"{page}: {answer.status} {body[:300]}")
            return (time.perf_counter() - start) * 1000

        def memory():
            return int(next(l for l in open(f"/proc/{server.process.pid}/status") if l.startswith("VmHWM")).split()[1]) // 1024

        def median(page, times):
            return portal.middle([get(page) for _ in range(times)])

        print(f"  first look, submissions read: {get('desk'):.0f} ms, at most {memory()} MB", flush=True)
        for page in LISTS * 5:
            get("list" + page)                              # warm
        slowest = 0
        for page in LISTS:
            took = median("list" + page, 15)
            print(f"    list{page[:60]:<62} {took:8.1f} ms", flush=True)
            slowest = max(slowest, took)
        portal.said("list, any filter and sort, slowest median", f"{slowest:.0f} ms", "<= 100 ms", slowest <= 100)
        took = median("desk", 15)
        portal.said("the round at a glance, median", f"{took:.0f} ms", "<= 200 ms", took <= 200)
        took = get("questions")
        portal.said("all questions, asked for the first time", f"{took / 1000:.1f} s", "<= 10 s", took <= 10000)
        get("questions")                                    # warm
        print(f"    again, nothing new: {median('questions', 7):.0f} ms at the median; at most {memory()} MB", flush=True)

        def after_one():
            subprocess.run([*portal.bench, "submit-again", database, seeded], check=True)
            return get("questions")

        took = portal.middle([after_one() for _ in range(7)])
        portal.said("after one submission, median", f"{took:.0f} ms", "<= 200 ms", took <= 200)
    finally:
        if server:
            server.stop()
        if postgres:
            postgres.stop()


portal.on_databases(desk)
