"""The PyTorch twin of src/burda.ts: the same layers, initial distribution, batches, binarisation, schedule and estimate.

    LATENTKIT_DATA=… python3 examples/vae-mnist/torch/burda.py --epochs 50 --objective vae
"""

import argparse
import math
import time

import torch
from common import GaussianVae, batches, mnist, report

parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int, default=50)
parser.add_argument("--objective", choices=["vae", "iwae"], default="vae")
parser.add_argument("--k", type=int, default=5)
parser.add_argument("--batch-size", type=int, default=100)
parser.add_argument("--learning-rate", type=float, default=1e-3)
parser.add_argument("--test-examples", type=int, default=1000)
parser.add_argument("--samples", type=int, default=5000)
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--limit", type=int)
options = parser.parse_args()

torch.manual_seed(options.seed)
train, test = mnist("train", options.limit), mnist("test", options.test_examples)
model = GaussianVae([200, 200], 50, torch.nn.Tanh)
optimizer = torch.optim.Adam(model.parameters())
total = options.epochs * (len(train) // options.batch_size)
started, step = time.perf_counter(), 0
for _ in range(options.epochs):
    for grey in batches(train, options.batch_size):
        x = torch.bernoulli(grey)
        for group in optimizer.param_groups:
            group["lr"] = 1e-5 + (options.learning_rate - 1e-5) * 0.5 * (1 + math.cos(math.pi * step / total))
        if options.objective == "vae":
            reconstruction, kl = model.parts(x)
            loss = (reconstruction + kl).mean()
        else:
            loss = -(torch.logsumexp(model.log_weights(x, options.k), 1) - math.log(options.k)).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        step += 1
seconds = time.perf_counter() - started

evaluated = time.perf_counter()
values, means = [], []
with torch.no_grad():
    for x in torch.bernoulli(test).split(32):
        chunks = [model.log_weights(x, min(50, options.samples - done)) for done in range(0, options.samples, 50)]
        values.append(torch.logsumexp(torch.cat(chunks, 1).double(), 1) - math.log(options.samples))
        means.append(model.encode(x)[0])
values = torch.cat(values)
report(
    experiment="vae-mnist-burda",
    library=f"torch {torch.__version__}",
    objective=f"iwae, k = {options.k}" if options.objective == "iwae" else "vae",
    negativeLogLikelihood=-values.mean().item(),
    standardError=(values.std() / len(values) ** 0.5).item(),
    activeUnits=int((torch.cat(means).var(0) > 0.01).sum()),
    split="test",
    examples=len(values),
    importanceSamples=options.samples,
    seed=options.seed,
    epochs=options.epochs,
    steps=step,
    batchSize=options.batch_size,
    trainingSeconds=seconds,
    evaluationSeconds=time.perf_counter() - evaluated,
)
