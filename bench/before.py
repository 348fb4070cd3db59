#!/usr/bin/env python3
"""Saving a field, this version against another clone of the project, each on a database of its own, in turns of a second: what a change costs.

usage: before.py FOLDER CLONE [sqlite|postgres]... [--turns N]    CLONE is built already: ./jiqun --version && dotnet build -c Release bench/Jiqun.Bench
"""
import os, shutil, subprocess, sys

clone = os.path.abspath(sys.argv.pop(2))
import portal                                               # takes the other words
from portal import cpu_with, middle, said

turns = portal.option("--turns", 30)


class Side:
    """One of the two: a server, what loads it, and the processor time of the server and its part of PostgreSQL's."""

    def __init__(self, root, name, postgres):
        place = os.path.join(portal.folder, name)
        shutil.rmtree(place, ignore_errors=True)
        os.makedirs(place)
        self.postgres, seeded = postgres, os.path.join(place, "seeded.json")
        database = os.path.join(place, "data")
        if postgres:
            postgres.make(name)
            database = postgres.of(name)
        bench, jiqun = (["dotnet", os.path.join(root, part)] for part in ("bench/Jiqun.Bench/bin/Release/net10.0/Jiqun.Bench.dll", ".build/app/jiqun-cli.dll"))
        portal.seed(database, seeded, bench)
        knows_key = "--key" in subprocess.run([*jiqun, "serve", "--help"], check=True, capture_output=True, text=True).stdout       # older ones do not
        self.server = portal.serve(database, jiqun, knows_key)
        self.load = portal.Load(self.server, self.server, seeded, bench)        # each with its own, which knows how one signs in there

    def save(self, connections, seconds):
        before = cpu_with(self.server, self.postgres)
        told = self.load.run("save", connections, seconds)
        if told["failures"]:
            raise SystemExit(f"{told['failures']} failures; the first: {told['firstFailure']}")
        return {"count": told["count"], "rate": told["count"] / told["seconds"], "p50": told["p50"], "cpu": (cpu_with(self.server, self.postgres) - before) / told["count"]}

    def stop(self):
        self.load.stop()
        self.server.stop()


def compared(kind):
    print(f"saving on {kind}, now / {clone}")
    postgres, sides = portal.Postgres() if kind == "postgres" else None, []
    try:
        for root, name in ((clone, "before"), (portal.root, "now")):
            sides.append(Side(root, name, postgres))
        before, now = sides
        for side in sides:
            portal.warm(lambda connections: side.save(connections, 2)["count"])
        for connections in (1, 16, 64):
            pairs = []
            for turn in range(turns):
                order = (before, now) if turn % 2 else (now, before)
                found = {side: side.save(connections, 1) for side in order}
                pairs.append((found[before], found[now]))
            ratio = {what: sum(n[what] for _, n in pairs) / sum(b[what] for b, _ in pairs) for what in ("rate", "p50", "cpu")}
            median = middle([n["rate"] / b["rate"] for b, n in pairs])
            said(f"{kind}: {connections} connections, rate (median of turns; CPU; p50)", f"{ratio['rate']:.2f} ({median:.2f}; {ratio['cpu']:.2f}; {ratio['p50']:.2f})", ">= 0.9", ratio["rate"] >= 0.9)
    finally:
        for side in sides:
            side.stop()
        if postgres:
            postgres.stop()


if __name__ == "__main__":
    portal.on_databases(compared)
