#!/usr/bin/env python3
"""Writing filled forms: Jiqun in process against Typst in process and LibreOffice converting many at once; the rivals take turns.

usage: writing.py FOLDER [ROUNDS]     needs node and npm (Typst), soffice (LibreOffice) and the fonts of fonts-noto-cjk
"""
import glob, json, os, statistics, subprocess, sys, tempfile, time

here = os.path.dirname(os.path.abspath(__file__))
folder, rounds = os.path.join(sys.argv[1], "rivals"), int(sys.argv[2]) if len(sys.argv) > 2 else 5
count = 40
bench = ["dotnet", os.path.join(here, "Jiqun.Bench/bin/Release/net10.0/Jiqun.Bench.dll")]
typst = os.path.join(sys.argv[1], "typst")


def run(*command, **more):
    return subprocess.run(command, check=True, capture_output=True, text=True, **more).stdout


if not os.path.isdir(folder):
    run(*bench, "rivals", folder, str(count))
os.makedirs(typst, exist_ok=True)
for name in ("package.json", "typst.mjs"):
    with open(os.path.join(here, "typst", name)) as source, open(os.path.join(typst, name), "w") as target:
        target.write(source.read())
if not os.path.isdir(os.path.join(typst, "node_modules")):
    run("npm", "install", "--no-audit", "--no-fund", cwd=typst)


def libreoffice():
    with tempfile.TemporaryDirectory() as to:
        start = time.perf_counter()
        run("soffice", f"-env:UserInstallation=file://{to}/profile", "--headless", "--convert-to", "pdf", "--outdir", to, *sorted(glob.glob(folder + "/*.docx")))
        used = (time.perf_counter() - start) * 1000
        made = glob.glob(to + "/*.pdf")
        assert len(made) == count, made
        return used / count


ours, theirs, office = [], [], []
for _ in range(rounds):
    ours.append(json.loads(run(*bench, "write", str(count))))
    theirs.append(json.loads(run("node", "typst.mjs", os.path.abspath(folder), cwd=typst)))
    office.append(libreoffice())
mine = [o["pdf_ms"] for o in ours]
middle = statistics.median
print(f"{count} filled forms of {ours[0]['pages']:.1f} pages, {rounds} rounds in turn, medians")
print(f"Word                          {middle([o['word_ms'] for o in ours]):8.2f} ms a form")
print(f"PDF                           {middle(mine):8.2f} ms a form   {middle([o['pdf_ms_a_page'] for o in ours]):.2f} ms a page   {ours[0]['kilobytes']:.0f} KB")
print(f"Typst                         {middle([t['ms'] for t in theirs]):8.2f} ms a form   {theirs[0]['kilobytes']:.0f} KB   PDF / Typst {middle([m / t['ms'] for m, t in zip(mine, theirs)]):.2f}")
print(f"LibreOffice, many in one run  {middle(office):8.2f} ms a form   LibreOffice / PDF {middle([o / m for m, o in zip(mine, office)]):.1f}")
print(run(*bench, "memory", "1000"), end="")
