# Prints the digit in a file of 28×28 bytes, with ONNX Runtime: read.py IMAGE MODEL
import sys

import numpy
import onnxruntime

pixels = numpy.fromfile(sys.argv[1], numpy.uint8).reshape(1, 1, 28, 28) / numpy.float32(255)
session = onnxruntime.InferenceSession(sys.argv[2])
(probabilities,) = session.run(["probabilities"], {"input": pixels})
print(probabilities[0].argmax())
