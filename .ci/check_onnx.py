"""Runs ONNX's checker and strict shape inference over the .onnx files of a folder.

Usage: check_onnx.py FOLDER. Files of a newer opset than the installed checker knows are counted and left out.
"""
import pathlib
import sys

import onnx

newest = onnx.defs.onnx_opset_version()
checked = newer = failed = 0
for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.onnx")):
    model = onnx.load(path)
    if max(entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx")) > newest:
        newer += 1
        continue
    checked += 1
    try:
        # By path, because weights can lie in a file beside it. Without full_check, which would write inferred shapes back
        # to the file.
        onnx.checker.check_model(str(path))
        onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    except Exception as error:  # The checker's and protobuf's exceptions have no common base.
        failed += 1
        print(f"{path.name}: {' '.join(str(error).split())}")
print(f"ONNX checker {onnx.__version__}: {checked} files checked, {failed} failed, {newer} with an opset above {newest}.")
sys.exit(1 if failed or not checked else 0)
