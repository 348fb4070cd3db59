#!/usr/bin/env python3
"""Autosave while an export is made beside it: how much later the slowest saves are answered.

usage: beside.py FOLDER [sqlite|postgres]... [--documents N]    1,000 documents as PDF and Word unless given; FOLDER is on a disk
needs PostgreSQL's server for its part
"""
import http.client, json, os, re, subprocess, tempfile, time
from urllib.parse import urlencode

import portal  # its servers and databases; it takes the folder from the same place

documents = portal.option("--documents", 1000)

CONNECTIONS = (1, 16)


def beside(kind):
    print(f"saving beside an export of {documents} entries as documents, on {kind}")
    with tempfile.TemporaryDirectory(dir=portal.folder) as folder:
        postgres = portal.Postgres() if kind == "postgres" else None
        server = load = None
        try:
            database = postgres.of("portal") if postgres else os.path.join(folder, "portal")
            saving, round = os.path.join(folder, "saving.json"), os.path.join(folder, "round.json")
            portal.seed(database, saving)
            subprocess.run([*portal.bench, "round", database, round, str(documents)], check=True, stdout=subprocess.DEVNULL)
            told = json.load(open(round))
            server = portal.serve(database)
            load = portal.Load(server, server, saving)

            def page(body=None):
                connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
                connection.request("POST" if body else "GET", f"/rounds/{told['Round']}/exports", body and urlencode(body), {"Cookie": told["Cookie"], "Accept": "text/html", "Content-Type": "application/x-www-form-urlencoded"})
                answer = connection.getresponse()
                html = answer.read().decode()
                connection.close()
                if answer.status >= 400:
                    raise SystemExit(f"the page of exports: {answer.status} {html[:300]}")
                return html

            def done():
                return len(set(re.findall(r"/jobs/[0-9a-f-]+/file", page())))

            def saves(connections):
                one = load.run("save", connections, portal.seconds)
                if one["failures"]:
                    raise SystemExit(f"{one['failures']} failures; the first: {one['firstFailure']}")
                return one

            portal.warm(lambda connections: saves(connections)["count"])
            for connections in CONNECTIONS:
                alone = [saves(connections) for _ in range(5)]
                start, were, within = time.perf_counter(), done(), []
                page({"kind": "ExportDocuments", "language": "zh", "__RequestVerificationToken": told["Token"]})
                while done() == were:
                    within.append(saves(connections))
                    if time.perf_counter() - start > 300:
                        raise SystemExit("the export does not come to its end: see the page of the exports")
                took = time.perf_counter() - start
                if len(within) < 3:
                    raise SystemExit("the export is too small to be measured beside")
                within = within[:-1]                           # the last may have gone on after it
                alone += [saves(connections) for _ in range(5)]
                p50, p99 = ([portal.middle(s[what] for s in part) for part in (alone, within)] for what in ("p50", "p99"))
                rate = portal.middle(s["count"] / s["seconds"] for s in within)
                print(f"  {connections} connections: alone p50 {p50[0]:.2f} ms, p99 {p99[0]:.2f} ms; beside p50 {p50[1]:.2f} ms, p99 {p99[1]:.2f} ms, {rate:.0f}/s; the export took {took:.0f} s", flush=True)
                portal.said(f"{kind}: saves with {connections} connections, p99 beside / alone", f"{p99[1] / p99[0]:.2f}", "<= 2", p99[1] / p99[0] <= 2)
        finally:
            if load:
                load.stop()
            if server:
                server.stop()
            if postgres:
                postgres.stop()


portal.on_databases(beside)
