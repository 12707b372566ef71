"""Trains the network of samples/sprint.cs with PyTorch: sprint.py MNIST [SEEDS] [THREADS]"""
import gzip
import math
import sys
import time
from pathlib import Path

import numpy
import torch
from torch import nn

EPOCHS, BATCH, PEAK, DECAY = 2, 256, 0.015, 0.05
folder = Path(sys.argv[1])
seeds = int(sys.argv[2]) if len(sys.argv) > 2 else 10
torch.set_num_threads(int(sys.argv[3]) if len(sys.argv) > 3 else 2)


def read(name, start):
    """Returns the bytes of one of MNIST's files after its header."""
    plain = folder / name
    data = plain.read_bytes() if plain.exists() else gzip.decompress((folder / f"{name}.gz").read_bytes())
    return torch.from_numpy(numpy.frombuffer(data, numpy.uint8)[start:].copy())


def load(part):
    images = read(f"{part}-images-idx3-ubyte", 16).reshape(-1, 1, 28, 28).float() / 255
    return images, read(f"{part}-labels-idx1-ubyte", 8).long()


images, labels = load("train")
test_images, test_labels = load("t10k")
steps = EPOCHS * math.ceil(len(images) / BATCH)
warm_up = steps / 20


def rate(step):
    if step <= warm_up:
        return PEAK * step / warm_up
    return PEAK * (1 + math.cos(math.pi * (step - warm_up) / (steps - warm_up))) / 2


def train(seed):
    """Returns a trained network and the time it took."""
    start = time.perf_counter()
    torch.manual_seed(seed)
    network = nn.Sequential(
        nn.Conv2d(1, 8, 3), nn.MaxPool2d(2), nn.BatchNorm2d(8), nn.ReLU(),
        nn.Conv2d(8, 32, 3), nn.MaxPool2d(2), nn.BatchNorm2d(32), nn.ReLU(),
        nn.Conv2d(32, 64, 3), nn.BatchNorm2d(64), nn.ReLU(), nn.Flatten(), nn.Linear(576, 10))
    for layer in network:
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)
    kernels = [weight for weight in network.parameters() if weight.dim() > 1]
    others = [weight for weight in network.parameters() if weight.dim() == 1]
    optimizer = torch.optim.AdamW([{"params": kernels, "weight_decay": DECAY}, {"params": others, "weight_decay": 0}])
    step = 0
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(images)).split(BATCH):
            step += 1
            for group in optimizer.param_groups:
                group["lr"] = rate(step)
            loss = nn.functional.cross_entropy(network(images[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return network.eval(), time.perf_counter() - start


times, accuracies = [], []
for seed in range(1, seeds + 1):
    network, seconds = train(seed)
    with torch.no_grad():
        accuracy = (network(test_images).argmax(1) == test_labels).float().mean().item()
    times.append(seconds)
    accuracies.append(accuracy)
    print(f"seed {seed:2}: {seconds:.1f} s, test accuracy {accuracy:.4f}", flush=True)
print(f"mean of {seeds} seeds: {numpy.mean(times):.1f} s, test accuracy {numpy.mean(accuracies):.4f} "
      f"± {numpy.std(accuracies, ddof=1):.4f}, PyTorch {torch.__version__}")
