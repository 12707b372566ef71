"""One step after another of the notebook's networks in PyTorch, on request: the protocol of Worker.cs."""

import os
import sys
import time

# Its fastest here: with libgomp's own setting its threads and OpenBLAS's take the two cores from each other.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

try:
    import torch
except ImportError:
    print("PyTorch is not measured: apt-get install python3-torch libopenblas0-pthread.", file=sys.stderr)
    sys.exit(3)

IMAGES = 6400
WARM_UP = 20


def build(network):
    nn = torch.nn
    if network == "dense":
        return nn.Sequential(nn.Flatten(), nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 10)), 128
    return nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(64, 64, 3), nn.ReLU(),
        nn.Flatten(), nn.Linear(576, 64), nn.ReLU(), nn.Linear(64, 10)), 64


def main(network, layout, threads):
    torch.set_num_threads(int(threads))
    model, batch = build(network)
    images, labels = torch.rand(IMAGES, 1, 28, 28), torch.randint(0, 10, (IMAGES,))
    channels_last = layout == "channels-last"
    if channels_last:
        model = model.to(memory_format=torch.channels_last)
        images = images.as_strided(images.shape, (784, 1, 28, 1))
    # The variant of its optimizer that runs one kernel over all parameters.
    optimizer = torch.optim.RMSprop(model.parameters(), lr=1e-3, alpha=0.9, eps=1e-7, foreach=True)
    order = torch.randperm(IMAGES)
    start = 0

    def step():
        nonlocal start
        chosen = order[start:start + batch]
        start = (start + batch) % IMAGES
        x, y = images[chosen], labels[chosen]
        if channels_last:
            x = x.as_strided(x.shape, (784, 1, 28, 1))
        logits = model(x)
        loss = torch.nn.functional.cross_entropy(logits, y)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        return loss.item(), (logits.argmax(1) == y).sum().item()

    for _ in range(WARM_UP):
        step()
    print(batch, flush=True)
    for line in sys.stdin:
        wall, processors = time.perf_counter(), time.process_time()
        for _ in range(int(line)):
            step()
        print(time.perf_counter() - wall, time.process_time() - processors, flush=True)


main(*sys.argv[1:])
