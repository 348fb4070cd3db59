"""Fills in forms with LibreOffice as a person does: puts the cursor where an answer belongs, types, and saves.

    python3 fill.py FOLDER

FOLDER/fill.json lists {"file", "to", "over", "answers": {bookmark: text}}. “over”: the placeholder is selected first, as by a click;
else the cursor stands before it.
"""
import json
import os
import subprocess
import sys
import time

import uno
from com.sun.star.beans import PropertyValue


def properties(**values):
    return tuple(PropertyValue(Name=name, Value=value) for name, value in values.items())


def connect(pipe, office):
    context = uno.getComponentContext()
    resolver = context.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", context)
    while office.poll() is None:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except Exception:                           # not up yet
            time.sleep(0.1)
    sys.exit("LibreOffice ended")


def fill(desktop, dispatcher, file, to, over, answers):
    document = desktop.loadComponentFromURL(uno.systemPathToFileUrl(file), "_blank", 0, properties(Hidden=True))
    frame = document.CurrentController.Frame
    cursor = document.CurrentController.ViewCursor
    for bookmark, text in answers.items():
        place = document.Bookmarks.getByName(bookmark).Anchor
        cursor.gotoRange(place.Start, False)
        cursor.goRight(1, False)                    # into the control
        if over:
            cursor.goRight(len(place.String), True)
        for number, line in enumerate(text.split("\n")):
            if number:
                dispatcher.executeDispatch(frame, ".uno:InsertPara", "", 0, ())
            dispatcher.executeDispatch(frame, ".uno:InsertText", "", 0, properties(Text=line))
    document.storeToURL(uno.systemPathToFileUrl(to), properties(FilterName="MS Word 2007 XML"))
    document.close(True)


folder = sys.argv[1]
pipe = f"jiqun-test-{os.getpid()}"
profile = uno.systemPathToFileUrl(os.path.join(folder, "fill-profile"))
office = subprocess.Popen(["soffice", f"-env:UserInstallation={profile}", "--headless", "--norestore", "--nolockcheck", f"--accept=pipe,name={pipe};urp"])
try:
    context = connect(pipe, office)
    make = context.ServiceManager.createInstanceWithContext
    desktop = make("com.sun.star.frame.Desktop", context)
    dispatcher = make("com.sun.star.frame.DispatchHelper", context)
    with open(os.path.join(folder, "fill.json"), encoding="utf-8") as jobs:
        for job in json.load(jobs):
            fill(desktop, dispatcher, **job)
    try:
        desktop.terminate()
    except Exception:                               # it ends before it answers
        pass
    office.wait(30)
finally:
    office.kill()
