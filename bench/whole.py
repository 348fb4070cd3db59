"""Whole commands, as a person starts them: wall time, CPU time and peak memory, the rivals in turn.

Usage: whole.py FOLDER [ROUNDS]   – FOLDER holds forms/ (1,000 forms), many/ (10,000) and bad/ (hostile files).
"""
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
JIQUN = str(HERE.parent / "jiqun")


def run(*command):
    """Seconds on the clock, CPU seconds, peak MiB of the largest process."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        sys.exit(f"{command} ended with {status}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def median(runs, which):
    return statistics.median(r[which] for r in runs)


def main():
    folder = pathlib.Path(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    forms = sorted((folder / "forms").glob("*.docx"))
    with tempfile.TemporaryDirectory() as out:
        collect = [JIQUN, "collect", str(folder / "forms"), "--out", f"{out}/a.xlsx", "--json", f"{out}/a.json"]
        parse = [sys.executable, str(HERE / "parse.py"), str(folder / "forms")]
        check = [JIQUN, "check", str(forms[0]), "--json", f"{out}/b.json"]
        run(*collect), run(*parse), run(*check)
        ours, rival, one = [], [], []
        for _ in range(rounds):
            ours.append(run(*collect))
            rival.append(run(*parse))
            one.append(run(*check))
        print(f"{len(forms)} forms, {rounds} rounds, medians; wall s, CPU s, peak MiB")
        for name, runs in (("jiqun collect, workbook and JSON", ours), ("Python: zipfile and ElementTree", rival), ("jiqun check one.docx", one)):
            print(f"{name:34} {median(runs, 0):7.2f} {median(runs, 1):7.2f} {median(runs, 2):7.0f}")
        print(f"collect / Python, wall, median of the rounds {statistics.median(a[0] / b[0] for a, b in zip(ours, rival)):.2f}")

        if (folder / "many").is_dir():
            wall, cpu, peak = run(JIQUN, "collect", str(folder / "many"), "--out", f"{out}/c.xlsx", "--json", f"{out}/c.json")
            print(f"10,000 forms: {wall:.1f} s wall, {cpu:.1f} s CPU, peak {peak:.0f} MiB")
        if (folder / "bad").is_dir():
            worst = max(((run(JIQUN, "check", str(f), "--json", f"{out}/d.json"), f.name) for f in sorted((folder / "bad").iterdir())), key=lambda r: r[0][0])
            peak = max(run(JIQUN, "collect", str(folder / "bad"), "--json", f"{out}/e.json")[2], worst[0][2])
            print(f"bad files: slowest {worst[0][0]:.1f} s ({worst[1]}), peak {peak:.0f} MiB")


main()
