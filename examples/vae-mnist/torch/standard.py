"""The PyTorch twin of src/standard.ts: the same layers, initial distribution, batches and optimiser.

    LATENTKIT_DATA=… python3 examples/vae-mnist/torch/standard.py --epochs 10 --seed 0
"""

import argparse
import time

import torch
from common import GaussianVae, batches, mnist, report

parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int, default=10)
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--limit", type=int)
options = parser.parse_args()

torch.manual_seed(options.seed)
train, test = mnist("train", options.limit), mnist("test", options.limit)
model = GaussianVae([400], 20, torch.nn.ReLU)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
started, steps = time.perf_counter(), 0
for _ in range(options.epochs):
    for x in batches(train, 128):
        reconstruction, kl = model.parts(x)
        loss = (reconstruction + kl).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        steps += 1
seconds = time.perf_counter() - started
with torch.no_grad():
    reconstruction, kl = model.parts(test)
report(
    experiment="vae-mnist-standard",
    library=f"torch {torch.__version__}",
    negativeElbo=(reconstruction + kl).mean().item(),
    reconstruction=reconstruction.mean().item(),
    kl=kl.mean().item(),
    split="test",
    examples=len(test),
    samplesPerExample=1,
    seed=options.seed,
    epochs=options.epochs,
    steps=steps,
    trainingSeconds=seconds,
)
