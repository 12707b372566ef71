"""ONNX Runtime from Python, when Bench says it is its turn: python_peer.py MODEL PIXELS

PIXELS holds [N, 28, 28] bytes. First prints what it is and weighs, then, for each line "IMAGES CALLS" that comes in, the
median of the calls in microseconds, and for "results IMAGES" all probabilities.
"""
import json
import pathlib
import statistics
import sys
import time


def mapped():
    """The libraries in this process."""
    lines = pathlib.Path("/proc/self/maps").read_text().splitlines()
    return {line.split(None, 5)[5] for line in lines if line.count("/") and ".so" in line}


before = mapped()
import numpy
import onnxruntime

packages = [pathlib.Path(module.__file__).parent for module in (numpy, onnxruntime)]
files = {file for package in packages for file in package.rglob("*") if file.is_file() and file.suffix != ".pyc"}
files |= {pathlib.Path(path) for path in mapped() - before}
megabytes = round(sum(size for size in {file.resolve(): file.stat().st_size for file in files}.values()) / 1e6)

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = options.inter_op_num_threads = 1
session = onnxruntime.InferenceSession(sys.argv[1], options, providers=["CPUExecutionProvider"])
pixels = numpy.fromfile(sys.argv[2], numpy.uint8).reshape(-1, 1, 28, 28) / numpy.float32(255)


def predict(count):
    return session.run(["probabilities"], {"input": pixels[:count]})[0]


def microseconds(count):
    start = time.perf_counter_ns()
    predict(count)
    return (time.perf_counter_ns() - start) / 1000


print(json.dumps({"version": onnxruntime.__version__, "megabytes": megabytes}), flush=True)
for line in sys.stdin:
    words = line.split()
    if words[0] == "results":
        print(" ".join(f"{value:.9g}" for value in predict(int(words[1])).ravel()), flush=True)
    else:
        print(statistics.median(microseconds(int(words[0])) for _ in range(int(words[1]))), flush=True)
