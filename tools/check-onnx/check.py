"""Runs ONNX's own checker over every .onnx file of a folder: structure, types and strict shape inference."""

import pathlib
import sys

import onnx
from onnx.defs import onnx_opset_version


def check(path):
    model = onnx.load(path)
    opset = max(entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx"))
    if opset > onnx_opset_version():
        raise ValueError(f"opset {opset} is newer than this checker, which knows {onnx_opset_version()}")
    # By path, so that weights in a file beside it are looked at too.
    onnx.checker.check_model(str(path), full_check=True)
    onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    return f"opset {opset}, {len(model.graph.node)} nodes"


def main(folder):
    paths = sorted(pathlib.Path(folder).rglob("*.onnx"))
    failures = 0
    for path in paths:
        try:
            print(f"ok    {path.name}: {check(path)}")
        except Exception as error:  # the checker's and protobuf's exceptions have no common base
            failures += 1
            print(f"FAIL  {path.name}: {' '.join(str(error).split())}")
    print(f"{len(paths)} files, {len(paths) - failures} passed, {failures} failed (onnx {onnx.__version__})")
    return 1 if failures or not paths else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: check.py FOLDER")
    sys.exit(main(sys.argv[1]))
