#!/usr/bin/env python3
"""Reads the photos of the public images with zxing-cpp and with this library, and compares.

    python3 -m venv /tmp/zxing && /tmp/zxing/bin/pip install zxing-cpp pillow numpy
    /tmp/zxing/bin/python benches/zxing_compare.py [FOLDER]

Both start from the bytes of a PNG and take the fastest of five tries of each photo. zxing-cpp looks for QR
symbols only and with its other settings as they are; `decoded` is its time without decoding the PNG.
"""

import io
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy
import zxingcpp
from PIL import Image

folder = Path(sys.argv[1] if len(sys.argv) > 1 else "/tmp/tegata-photos")
root = Path(__file__).resolve().parent.parent


def ours():
    command = ["cargo", "run", "--release", "-q", "-p", "tegata-conformance", "--bin", "photos", "--", str(folder)]
    lines = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout.splitlines()
    return [(name, file, int(texts), float(ms)) for name, file, texts, ms in (line.split("\t") for line in lines)]


def fastest(run):
    """The result, and the milliseconds of the fastest of five."""
    times = []
    for _ in range(5):
        started = time.perf_counter()
        result = run()
        times.append((time.perf_counter() - started) * 1e3)
    return result, min(times)


def look(image):
    return zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)


sets = {}
for name, file, texts, ms in ours():
    data = (folder / file).read_bytes()

    def decode():
        return numpy.asarray(Image.open(io.BytesIO(data)).convert("L"))

    found, whole = fastest(lambda: look(decode()))
    image = decode()
    _, decoded = fastest(lambda: look(image))
    sets.setdefault(name, []).append((file, texts, ms, len(found), whole, decoded))

print("| photos | ours read | zxing-cpp | ours, median ms | zxing-cpp | ÷ | zxing-cpp, decoded | ours, slowest | zxing-cpp |")
print("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
for name, rows in sets.items():
    def read(column):
        return f"{sum(row[column] > 0 for row in rows)}/{len(rows)}"

    def median(column):
        return statistics.median(row[column] for row in rows)

    def slowest(column):
        return max(row[column] for row in rows)

    ratio = median(2) / median(4)
    print(f"| {name} | {read(1)} | {read(3)} | {median(2):.2f} | {median(4):.2f} | {ratio:.2f} | {median(5):.2f} "
          f"| {slowest(2):.1f} | {slowest(4):.1f} |")
for rows in sets.values():
    for file, texts, ms, found, whole, _ in rows:
        if texts == 0 or found == 0 or ms > 4 * whole:
            print(f"{file}: ours {texts} in {ms:.1f} ms, zxing-cpp {found} in {whole:.1f} ms", file=sys.stderr)
