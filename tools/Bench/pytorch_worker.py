"""Trains on as many images as each line of input asks for and prints the elapsed and processor seconds.

Usage: pytorch_worker.py dense|conv contiguous|channels-last THREADS
"""
import os
import sys
import time

# The fastest setting on two cores: otherwise the threads of OpenMP and OpenBLAS compete for them.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
import torch
from torch import nn


def build(network):
    if network == "dense":
        return nn.Sequential(nn.Flatten(), nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 10)), 128
    return nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(64, 64, 3), nn.ReLU(),
        nn.Flatten(), nn.Linear(576, 64), nn.ReLU(), nn.Linear(64, 10)), 64


def train(network, channels_last, count):
    model, batch_size = build(network)
    images, labels = torch.rand(count, 1, 28, 28), torch.randint(0, 10, (count,))
    if channels_last:
        model = model.to(memory_format=torch.channels_last)
    # foreach runs one kernel over all parameters.
    optimizer = torch.optim.RMSprop(model.parameters(), lr=1e-3, alpha=0.9, eps=1e-7, foreach=True)
    wall, processor = time.perf_counter(), time.process_time()
    for batch in torch.randperm(count).split(batch_size):
        x, y = images[batch], labels[batch]
        if channels_last:
            # contiguous(memory_format=...) leaves the strides of a single channel as they are.
            x = x.as_strided(x.shape, (784, 1, 28, 1))
        logits = model(x)
        loss = nn.functional.cross_entropy(logits, y)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        loss.item(), (logits.argmax(1) == y).sum().item()
    return time.perf_counter() - wall, time.process_time() - processor


network, layout, threads = sys.argv[1:]
torch.set_num_threads(int(threads))
for line in sys.stdin:
    print(*train(network, layout == "channels-last", int(line)), flush=True)
