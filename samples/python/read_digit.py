"""Reads digits with an OnnxDigits model: python3 read_digit.py MODEL IMAGE...

Requires onnxruntime, numpy and Pillow.
"""
import sys

import numpy as np
import onnxruntime
from PIL import Image

SIDE, BOX, CENTER = 28, 20, 14


def prepare(image):
    """Converts a drawing on a plain background to 28×28 floats, where 0 is background.

    Returns None if the drawing is blank. A 28×28 picture is only scaled to 0..1.
    """
    grey = np.asarray(image.convert("L"), dtype=np.float32)
    if grey.shape == (SIDE, SIDE):
        return grey / 255
    border = np.median(np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]]))
    ink = np.abs(grey - border)
    if ink.max() < 8:
        return None
    rows, columns = np.nonzero(ink > ink.max() / 8)
    ink = ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    scale = BOX / max(ink.shape)
    height, width = (max(1, round(side * scale)) for side in ink.shape)
    box = np.asarray(Image.fromarray(ink).resize((width, height), Image.Resampling.BOX))
    box = box / box.max()
    top, left = (
        min(max(round(CENTER - float((box.sum(1 - axis) * np.arange(side)).sum() / box.sum())), 0), SIDE - side)
        for axis, side in enumerate(box.shape)
    )
    result = np.zeros((SIDE, SIDE), np.float32)
    result[top : top + height, left : left + width] = box
    return result


def read(model, paths):
    """Yields the path, digit and confidence of each image, or None and 0 if it is blank."""
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    for path in paths:
        pixels = prepare(Image.open(path))
        if pixels is None:
            yield path, None, 0
            continue
        (probabilities,) = session.run(["probabilities"], {"input": pixels[np.newaxis, np.newaxis]})
        yield path, int(probabilities[0].argmax()), float(probabilities[0].max())


def main(model, *paths):
    for path, digit, confidence in read(model, paths):
        print(f"{path}: blank" if digit is None else f"{path}: {digit} ({confidence:.4f})")


if __name__ == "__main__":
    main(*sys.argv[1:])
