#!/usr/bin/env python3
"""The portal: saving, submitting, the form page, starting, Lighthouse; against bench/Jiqun.Rival on the same database. Ratios from one run.

usage: portal.py FOLDER [sqlite|postgres|page|lighthouse]...    FOLDER is on a disk (not in memory), or a flush would cost nothing
needs PostgreSQL's server, and for Lighthouse node with npm and chromium
"""
import glob, http.client, json, os, re, shutil, socket, statistics, subprocess, sys, tempfile, time

here = os.path.dirname(os.path.abspath(__file__))
root = os.path.dirname(here)
folder, parts = os.path.abspath(sys.argv[1]), sys.argv[2:] or ["sqlite", "postgres", "page", "lighthouse"]
bench = ["dotnet", os.path.join(here, "Jiqun.Bench/bin/Release/net10.0/Jiqun.Bench.dll")]
rival = ["dotnet", os.path.join(here, "Jiqun.Rival/bin/Release/net10.0/Jiqun.Rival.dll")]
jiqun = ["dotnet", os.path.join(root, ".build/app/jiqun-cli.dll")]
members, rounds, seconds = 400, 3, 3
ticks = os.sysconf("SC_CLK_TCK")
middle = statistics.median
missed = []


def said(what, figure, aim, holds):
    print(f"  {what:<66} {figure:>22}   {aim}{'' if holds else '   MISSED'}", flush=True)
    if not holds:
        missed.append(what)


def option(name, usual):
    """The number behind this word on the command line, which is then no part."""
    if name not in parts:
        return usual
    at = parts.index(name)
    number = int(parts[at + 1])
    del parts[at:at + 2]
    return number


def on_databases(measure):
    """For a bench of its own: measures on each database that was asked for, and says what was missed."""
    os.makedirs(folder, exist_ok=True)
    build()
    for kind in [p for p in parts if p in ("sqlite", "postgres")] or ("sqlite", "postgres"):
        measure(kind)
    print(f"missed: {'; '.join(missed)}" if missed else "every aim met")


def build():
    """What is stale of Jiqun."""
    subprocess.run([os.path.join(root, "jiqun"), "--version"], check=True, stdout=subprocess.DEVNULL)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def stat(process):
    try:
        with open(f"/proc/{process}/stat") as file:
            return file.read().rpartition(")")[2].split()       # from the state on: the name may hold blanks
    except OSError:
        return None


def cpu_of(process):
    """Milliseconds of processor time of a process, and of its children that ended."""
    fields = stat(process)
    return sum(map(int, fields[11:15])) * 1000 / ticks


def cpu_of_family(postmaster):
    """The same with the children that live: PostgreSQL serves each connection with a process of its own."""
    children = [f for f in map(stat, filter(str.isdigit, os.listdir("/proc"))) if f and f[1] == str(postmaster)]
    return cpu_of(postmaster) + sum(sum(map(int, f[11:13])) for f in children) * 1000 / ticks


class Server:
    """A process that answers at an address of its own."""

    def __init__(self, command, page):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = open(os.path.join(folder, f"log-{self.port}"), "w")
        start = time.perf_counter()
        self.process = subprocess.Popen([c.replace("URL", self.url) for c in command], stdout=self.log, stderr=self.log)
        while True:
            try:
                self.get(page)
                break
            except OSError:
                if time.perf_counter() - start > 60 or self.process.poll() is not None:
                    raise SystemExit(f"{command} did not start: see {self.log.name}")
                time.sleep(0.01)
        self.first_page = time.perf_counter() - start

    def get(self, path, **headers):
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        asked.request("GET", path, headers={k.replace("_", "-"): v for k, v in headers.items()})
        answer = asked.getresponse()
        body = answer.read()
        asked.close()
        return answer.status, body

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()


def serve(database, jiqun=jiqun, knows_key=True):
    """Jiqun on a database: a folder, or a connection string, which needs a master key where Jiqun knows of one."""
    key = ["--key", os.path.join(tempfile.gettempdir(), "jiqun-bench.key")] if knows_key else []
    where = ["--database", database, *key] if "=" in database else ["--data", database]
    return Server([*jiqun, "serve", *where, "--urls", "URL"], "/sign-in")


class Postgres:
    def __init__(self):
        self.folder = os.path.join(folder, "postgres")
        made = subprocess.run([os.path.join(root, "tests/postgres"), "start", self.folder, "-c", "fsync=on"], check=True, capture_output=True, text=True)
        self.connection = made.stdout.strip()
        with open(os.path.join(self.folder, "data/postmaster.pid")) as file:
            self.postmaster = int(file.readline())
        for name in ("portal", "rival"):
            self.make(name)

    def make(self, name):
        subprocess.run(["psql", "-q", "-h", self.folder, "-U", "jiqun", "-d", "postgres", "-c", f"CREATE DATABASE {name}"], check=True)

    def of(self, name):
        return self.connection.replace("Database=postgres", f"Database={name}")

    def stop(self):
        subprocess.run([os.path.join(root, "tests/postgres"), "stop", self.folder], check=True)


class Load:
    def __init__(self, ours, theirs, seeded, bench=bench):
        self.process = subprocess.Popen([*bench, "load", ours.url, theirs.url, seeded], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, *words):
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("the load program ended")
        return json.loads(line)

    def stop(self):
        self.process.stdin.close()
        self.process.wait(30)


def warm(save):
    """Saves until the runtime has compiled what is hot: so many saves, not so many seconds, since another process may slow everything. Told how many connections, it saves, and says how many were saved."""
    begin, sent = time.perf_counter(), 0
    while sent < 20_000 and time.perf_counter() - begin < 30:
        sent += save(64)


def cpu_with(server, postgres):
    """Milliseconds of processor time of a server, and of its database where that is another process (else None)."""
    return cpu_of(server.process.pid) + (cpu_of_family(postgres.postmaster) if postgres else 0)


def seed(database, file, bench=bench):
    print("  seeded: " + subprocess.run([*bench, "seed", database, file, str(members)], check=True, capture_output=True, text=True).stdout.strip(), flush=True)


def saving(kind):
    print(f"saving and submitting on {kind}")
    seeded = os.path.join(folder, f"{kind}.json")
    postgres = Postgres() if kind == "postgres" else None
    running = []
    try:
        if postgres:
            seed(postgres.of("portal"), seeded)
            ours = serve(postgres.of("portal"))
            running.append(ours)
            theirs = Server([*rival, "postgres", postgres.of("rival"), "URL"], "/")
        else:
            seed(os.path.join(folder, "sqlite"), seeded)
            ours = serve(os.path.join(folder, "sqlite"))
            running.append(ours)
            theirs = Server([*rival, "sqlite", os.path.join(folder, "rival.db"), "URL"], "/")
        running.append(theirs)
        load = Load(ours, theirs, seeded)

        def measured(server, *words):
            before = cpu_with(server, postgres)
            told = load.run(*words)
            told["cpu"] = (cpu_with(server, postgres) - before) / max(told["count"], 1)
            told["rate"] = told["count"] / told["seconds"]
            if told["failures"]:
                print(f"  {words}: {told['failures']} failures; the first: {told['firstFailure']}")
            return told

        for server, word in ((theirs, "rival"), (ours, "save")):
            warm(lambda connections: measured(server, word, connections, 2)["count"])
        for connections in (16, 64):
            pairs = [(measured(theirs, "rival", connections, seconds), measured(ours, "save", connections, seconds)) for _ in range(rounds)]
            of = lambda who, what: middle([p[who][what] for p in pairs])
            rate, cpu = middle([o["rate"] / t["rate"] for t, o in pairs]), middle([o["cpu"] / t["cpu"] for t, o in pairs])
            print(f"  {connections} connections: ours {of(1, 'rate'):.0f}/s, {of(1, 'cpu'):.3f} ms CPU, p50 {of(1, 'p50'):.1f} ms, p99 {of(1, 'p99'):.1f} ms;"
                  f" rival {of(0, 'rate'):.0f}/s, {of(0, 'cpu'):.3f} ms CPU, p50 {of(0, 'p50'):.1f} ms, p99 {of(0, 'p99'):.1f} ms")
            said(f"{kind}: saves with {connections} connections, rate / rival's", f"{rate:.2f}", ">= 0.60", rate >= 0.6)
            said(f"{kind}: saves with {connections} connections, CPU / rival's", f"{cpu:.2f}", "<= 1.7", cpu <= 1.7)
            tail = middle([o["p99"] / o["p50"] for _, o in pairs])
            said(f"{kind}: saves with {connections} connections, p99 / p50", f"{tail:.1f}", "<= 10", tail <= 10)
        long = measured(ours, "narrative", 16, 2)
        print(f"  16 connections saving a narrative of 3,000 characters: {long['rate']:.0f}/s, {long['cpu']:.3f} ms CPU")
        many = measured(ours, "save", 400, 4)
        said(f"{kind}: saves with 400 connections, failures of {many['count']}", f"{many['failures']}", "0", many["failures"] == 0)
        kept = measured(ours, "verify")
        said(f"{kind}: entries whose acknowledged saves are not all there", f"{kept['failures']}", "0", kept["failures"] == 0)
        whole = [measured(ours, "submit", i) for i in range(8)]
        cpu, failures = middle(w["cpu"] for w in whole[5:]), sum(w["failures"] for w in whole)
        said(f"{kind}: a whole form sent and submitted, CPU ({failures} failures)", f"{cpu:.2f} ms", "<= 3 ms", cpu <= 3 and not failures)
        page = measured(ours, "page", 300)
        print(f"  the form page: {page['p50']:.1f} ms at the median, {page['cpu']:.2f} ms CPU, {page['failures']} failures")
        load.stop()
    finally:
        for server in running:
            server.stop()
        if postgres:
            postgres.stop()


def pages(parts):
    print("pages, on SQLite")
    data, seeded = os.path.join(folder, "sqlite"), os.path.join(folder, "sqlite.json")
    if not os.path.exists(seeded):
        seed(data, seeded)
    member = json.load(open(seeded))["Members"][0]
    path, cookie = f"/entries/{member['Filled']}", member["Cookie"]
    command = [*jiqun, "serve", "--data", data, "--urls", "URL"]
    server = None
    try:
        if "page" in parts:
            starts = []
            for _ in range(5):
                server = Server(command, "/sign-in")
                begin = time.perf_counter()
                assert server.get(path, Cookie=cookie)[0] == 200
                starts.append((server.first_page, server.first_page + time.perf_counter() - begin))
                server.stop()
            start = middle([s[0] for s in starts])
            said("from starting the program to the first page", f"{start:.2f} s", "<= 2 s", start <= 2)
            print(f"  … to the first filled form: {middle([s[1] for s in starts]):.2f} s")
        server = Server(command, "/sign-in")
        if "page" in parts:
            accepts = {"Cookie": cookie, "Accept_Encoding": "gzip, deflate, br"}
            for _ in range(5):
                server.get(path, **accepts)
            time.sleep(5)
            with open(f"/proc/{server.process.pid}/status") as file:
                resident = int(re.search(r"VmRSS:\s+(\d+)", file.read())[1]) / 1024
            said("memory when idle, after some pages", f"{resident:.0f} MB", "<= 200 MB", resident <= 200)
            took = []
            for _ in range(300):
                begin = time.perf_counter()
                server.get(path, **accepts)
                took.append((time.perf_counter() - begin) * 1000)
            said("the filled form page, median of 300, connection and client included", f"{middle(took):.1f} ms", "<= 10 ms", middle(took) <= 10)
            html = server.get(path, Cookie=cookie)[1]
            linked = [a.replace("&amp;", "&") for a in re.findall(r'(?:src|href)="(/assets/[^"]+)"', html.decode())]
            sizes = {a: (len(server.get(a)[1]), len(server.get(a, **accepts)[1])) for a in linked}
            first = len(server.get(path, **accepts)[1]) + sum(s[1] for s in sizes.values())
            for name, (plain, small) in {path: (len(html), len(server.get(path, **accepts)[1])), **sizes}.items():
                print(f"  {name.partition('?')[0]}: {plain / 1000:.1f} KB, compressed {small / 1000:.1f} KB")
            said("first visit of the form page, compressed", f"{first / 1000:.1f} KB", "<= 100 KB", first <= 100_000)
            script = [sum(s[i] for a, s in sizes.items() if ".js" in a) / 1000 for i in (0, 1)]
            said("script, plain; compressed", f"{script[0]:.1f} KB; {script[1]:.1f} KB", "<= 40 KB", script[0] <= 40)
        if "lighthouse" in parts:
            tool = os.path.join(folder, "lighthouse")
            if not os.path.isdir(os.path.join(tool, "node_modules/lighthouse")):
                os.makedirs(tool, exist_ok=True)
                subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent", "lighthouse@12.8.2"], check=True, cwd=tool, stdout=subprocess.DEVNULL)
            with open(os.path.join(tool, "headers.json"), "w") as file:
                json.dump({"Cookie": cookie}, file)
            for name, where, more in (("form page", path, ["--extra-headers", "headers.json"]), ("sign-in page", "/sign-in", [])):
                report = os.path.join(tool, name.replace(" ", "-") + ".json")
                subprocess.run(["npx", "lighthouse", server.url + where, "--quiet", "--output=json", f"--output-path={report}", "--only-categories=performance,accessibility,best-practices",
                                "--chrome-flags=--headless=new --no-sandbox --disable-dev-shm-usage", *more], check=True, cwd=tool, timeout=120,
                               env={**os.environ, "CHROME_PATH": shutil.which("chromium") or ""}, stdout=subprocess.DEVNULL)
                told = json.load(open(report))
                for category in told["categories"].values():
                    score = round((category["score"] or 0) * 100)
                    said(f"Lighthouse, {name}: {category['title'].lower()}", f"{score}", ">= 95", score >= 95)
                    if score < 100:
                        for reference in category["auditRefs"]:
                            audit = told["audits"][reference["id"]]
                            if reference["weight"] and (audit["score"] or 0) < 0.9:
                                print(f"    {audit['id']}: {audit.get('displayValue', '')} ({audit['score']})")
    finally:
        if server and server.process.poll() is None:
            server.stop()


def main():
    os.makedirs(folder, exist_ok=True)
    for old in [*glob.glob(os.path.join(folder, "rival.db*")), *glob.glob(os.path.join(folder, "*.json")), os.path.join(folder, "sqlite")]:
        if os.path.isdir(old):
            shutil.rmtree(old)
        else:
            os.path.exists(old) and os.remove(old)
    build()
    begun = time.time()
    for kind in ("sqlite", "postgres"):
        if kind in parts:
            saving(kind)
    if "page" in parts or "lighthouse" in parts:
        pages(parts)
    print(f"{time.time() - begun:.0f} s; " + (f"missed: {'; '.join(missed)}" if missed else "every aim met"))


if __name__ == "__main__":
    main()
