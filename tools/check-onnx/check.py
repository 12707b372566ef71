"""Runs ONNX's own checker over every .onnx file of a folder: structure, types and strict shape inference."""

import pathlib
import sys


class Newer(Exception):
    """A file of an operator set that the installed checker does not know."""


def check(path):
    import onnx

    model = onnx.load(path)
    opset = max(entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx"))
    if opset > onnx.defs.onnx_opset_version():
        raise Newer(f"opset {opset}, and this checker knows {onnx.defs.onnx_opset_version()}")
    # By path, so that weights in a file beside it are looked at too.
    onnx.checker.check_model(str(path), full_check=True)
    onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)


def main(folder):
    try:
        import onnx
    except ImportError:
        print("Python's onnx is not installed: apt-get install python3-onnx, and run this with the system's python3.")
        return 2
    paths = sorted(pathlib.Path(folder).rglob("*.onnx"))
    if not paths:
        print(f"'{folder}' holds no .onnx file: name a folder that the corpus tests have written to.")
        return 2
    failed = unchecked = 0
    for path in paths:
        try:
            check(path)
        except Newer as reason:
            unchecked += 1
            print(f"not checked  {path.name}: {reason}")
        except Exception as error:  # the checker's and protobuf's exceptions have no common base
            failed += 1
            print(f"FAILED       {path.name}: {' '.join(str(error).split())}")
    passed = len(paths) - failed - unchecked
    print(f"{len(paths)} files: {passed} passed, {failed} failed, {unchecked} not checked (onnx {onnx.__version__})")
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        print("usage: check.py FOLDER")
        sys.exit(2)
    sys.exit(main(sys.argv[1]))
