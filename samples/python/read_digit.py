"""Reads digits with a network of OnnxDigits: python3 read_digit.py MODEL IMAGE...

Needs onnxruntime, numpy and Pillow.
"""
import sys

import numpy as np
import onnxruntime
from PIL import Image

SIDE, BOX, CENTRE = 28, 20, 14


def prepare(image):
    """28×28 floats, 0 = background, of a drawing on a plain background; a picture of 28×28 is taken as it is."""
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
        min(max(round(CENTRE - float((box.sum(1 - axis) * np.arange(side)).sum() / box.sum())), 0), SIDE - side)
        for axis, side in enumerate(box.shape)
    )
    result = np.zeros((SIDE, SIDE), np.float32)
    result[top : top + height, left : left + width] = box
    return result


def read(model, paths):
    """Path, digit and confidence of each; of a blank picture no digit and 0."""
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
