"""The rival of `jiqun collect`: unzip each form and parse its document.xml with ElementTree, nothing more."""
import pathlib
import sys
import xml.etree.ElementTree as ElementTree
import zipfile

for path in sorted(pathlib.Path(sys.argv[1]).glob("*.docx")):
    with zipfile.ZipFile(path) as word:
        ElementTree.fromstring(word.read("word/document.xml"))
