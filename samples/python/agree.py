"""Compares read_digit.py with the infer command: python3 agree.py MODEL FOLDER [INFER]

FOLDER holds 28×28 PNG files, light on dark. Both programs read them unchanged and as dark drawings on white pages. Prints one
line of JSON for each kind. INFER is the command line that starts infer; the default is "infer".
"""
import csv
import hashlib
import io
import json
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy
import onnxruntime
import PIL
from PIL import Image, ImageOps

from read_digit import read

PAGE, SIDE = (320, 240), 140
ROOM = tuple(page - SIDE for page in PAGE)


def write_pages(files, folder):
    """Writes pages with each digit five times as large, at varying positions."""
    for number, file in enumerate(files):
        digit = ImageOps.invert(Image.open(file).convert("L")).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
        page = Image.new("L", PAGE, 255)
        page.paste(digit, (37 * number % ROOM[0], 23 * number % ROOM[1]))
        path = Path(folder) / f"{number:05}.png"
        page.save(path)
        yield path


def compare(kind, model, files, infer):
    command = [*shlex.split(infer), *map(str, files), "--model", model, "--format", "csv", "--quiet"]
    rows = list(csv.DictReader(io.StringIO(subprocess.run(command, check=True, capture_output=True, text=True).stdout)))
    theirs = {row["path"]: (row["digit"], float(row["confidence"])) for row in rows}
    ours = {path: ("" if digit is None else str(digit), confidence) for path, digit, confidence in read(model, map(str, files))}
    assert ours.keys() == theirs.keys(), "infer did not read the same files"
    print(json.dumps({
        "files": kind,
        "sha256": hashlib.sha256(Path(model).read_bytes()).hexdigest(),
        "images": len(ours),
        "same": sum(ours[path][0] == theirs[path][0] for path in ours),
        "largestDifference": round(max(abs(round(ours[path][1], 4) - round(theirs[path][1], 4)) for path in ours), 4),
        "versions": f"{onnxruntime.__version__}, {numpy.__version__}, {PIL.__version__}",
    }, ensure_ascii=False))


def main(model, folder, infer="infer"):
    files = sorted(Path(folder).rglob("*.png"))
    compare("28×28", model, files, infer)
    with tempfile.TemporaryDirectory() as pages:
        kind = f"dark, {SIDE}×{SIDE}, on white pages of {PAGE[0]}×{PAGE[1]}"
        compare(kind, model, list(write_pages(files, pages)), infer)


if __name__ == "__main__":
    main(*sys.argv[1:])
