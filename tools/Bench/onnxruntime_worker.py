"""Runs a model on "IMAGES CALLS" for each line of input and prints the elapsed and processor seconds.

Usage: onnxruntime_worker.py MODEL
"""
import sys
import time

import numpy
import onnxruntime

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = options.inter_op_num_threads = 1
session = onnxruntime.InferenceSession(sys.argv[1], options, providers=["CPUExecutionProvider"])
for line in sys.stdin:
    images, calls = map(int, line.split())
    pixels = numpy.zeros((images, 1, 28, 28), numpy.float32)
    wall, processor = time.perf_counter(), time.process_time()
    for _ in range(calls):
        session.run(["probabilities"], {"input": pixels})
    print(time.perf_counter() - wall, time.process_time() - processor, flush=True)
