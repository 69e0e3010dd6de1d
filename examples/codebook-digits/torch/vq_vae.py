"""The VQ-VAE of ../src/main.ts in PyTorch: same layers, initial weights, batches, epochs, codes moved by the same averages.

    LATENTKIT_DATA=… python3 vq_vae.py --images 20000 --epochs 4
"""

import argparse
import gzip
import json
import os
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

parser = argparse.ArgumentParser()
parser.add_argument("--images", type=int, default=20000)
parser.add_argument("--epochs", type=int, default=4)
parser.add_argument("--batch-size", type=int, default=64)
parser.add_argument("--codes", type=int, default=128)
parser.add_argument("--dim", type=int, default=16)
parser.add_argument("--filters", default="16,32")
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--test-examples", type=int, default=2000)
parser.add_argument("--threads", type=int, default=1)
args = parser.parse_args()
torch.manual_seed(args.seed)
torch.set_num_threads(args.threads)


def mnist(split, limit):
    prefix = {"train": "train", "test": "t10k"}[split]
    path = Path(os.environ["LATENTKIT_DATA"]) / "mnist" / f"{prefix}-images-idx3-ubyte.gz"
    raw = np.frombuffer(gzip.decompress(path.read_bytes()), np.uint8, offset=16)
    return torch.from_numpy(raw.reshape(-1, 1, 28, 28)[:limit].astype(np.float32) / 255)


def started(layer, rectified):
    """He's weights before a rectifier, Glorot's elsewhere, biases of zero. Fans as the layer's kernel has them."""
    weight = layer.weight
    if isinstance(layer, nn.ConvTranspose2d):
        # The library counts a transposed kernel [height, width, out, in]: its inputs are the outputs.
        inputs, outputs = weight.shape[1] * weight[0, 0].numel(), weight.shape[0] * weight[0, 0].numel()
    else:
        inputs, outputs = weight.shape[1] * weight[0, 0].numel(), weight.shape[0] * weight[0, 0].numel()
    if rectified:
        nn.init.normal_(weight, std=(2 / inputs) ** 0.5)
    else:
        nn.init.uniform_(weight, -((6 / (inputs + outputs)) ** 0.5), (6 / (inputs + outputs)) ** 0.5)
    nn.init.zeros_(layer.bias)
    return layer


class Residual(nn.Module):
    def __init__(self, filters, inner=32):
        super().__init__()
        self.wide = started(nn.Conv2d(filters, inner, 3, padding=1), True)
        self.point = started(nn.Conv2d(inner, filters, 1), False)

    def forward(self, x):
        return x + self.point(F.relu(self.wide(F.relu(x))))


def down(a, b):
    return [started(nn.Conv2d(a, b, 4, stride=2, padding=1), True), nn.ReLU()]


filters = [int(f) for f in args.filters.split(",")]
encoder = nn.Sequential(
    *[part for a, b in zip([1, *filters], filters) for part in down(a, b)],
    started(nn.Conv2d(filters[-1], filters[-1], 3, padding=1), False),
    *[Residual(filters[-1]) for _ in range(2)],
    nn.ReLU(),
    started(nn.Conv2d(filters[-1], args.dim, 1), False),
)
back = filters[::-1]
decoder = nn.Sequential(
    started(nn.Conv2d(args.dim, back[0], 3, padding=1), False),
    *[Residual(back[0]) for _ in range(2)],
    nn.ReLU(),
    *[
        part
        for a, b in zip(back, back[1:])
        for part in (started(nn.ConvTranspose2d(a, b, 4, stride=2, padding=1), True), nn.ReLU())
    ],
    started(nn.ConvTranspose2d(back[-1], 1, 4, stride=2, padding=1), False),
)


class Codebook:
    """Codes that follow exponential averages, begin at centres of the first batch and are restarted when few choose them."""

    decay, epsilon, below = 0.99, 1e-5, 2

    def __init__(self, codes, dim):
        self.codes, self.table = codes, None

    def nearest(self, rows, table):
        return (table.square().sum(1) - 2 * rows @ table.T).argmin(1)

    def spread(self, rows):
        places = torch.arange(self.codes) * len(rows) / self.codes + torch.rand(1) * len(rows)
        return rows[(places % len(rows)).long()]

    def begin(self, rows):
        centres = self.spread(rows)
        for _ in range(10):
            hot = F.one_hot(self.nearest(rows, centres), self.codes).float()
            counts = hot.sum(0)
            centres = torch.where(counts[:, None] > 0, hot.T @ rows / counts.clamp(min=1)[:, None], centres)
        counts = F.one_hot(self.nearest(rows, centres), self.codes).float().sum(0).clamp(min=1)
        self.table, self.counts, self.sums = centres, counts, centres * counts[:, None]

    def learn(self, rows, chosen):
        hot = F.one_hot(chosen, self.codes).float()
        self.counts = self.decay * self.counts + (1 - self.decay) * hot.sum(0)
        self.sums = self.decay * self.sums + (1 - self.decay) * hot.T @ rows
        total = self.counts.sum()
        smooth = (self.counts + self.epsilon) / (total + self.codes * self.epsilon) * total
        self.table = self.sums / smooth[:, None]
        share = len(rows) / self.codes
        dead = self.counts < min(self.below, share / 2)
        born = self.spread(rows)
        self.table = torch.where(dead[:, None], born, self.table)
        self.counts = torch.where(dead, torch.tensor(share), self.counts)
        self.sums = torch.where(dead[:, None], born * share, self.sums)


def through(x, book, training):
    """Logits, β‖z − e‖² of each example, code numbers."""
    z = encoder(x)
    rows = z.permute(0, 2, 3, 1).reshape(-1, args.dim)
    if training and book.table is None:
        book.begin(rows.detach())
    chosen = book.nearest(rows.detach(), book.table)
    codes = book.table[chosen]
    commitment = 0.25 * (rows - codes).square().reshape(len(x), -1).sum(1)
    if training:
        book.learn(rows.detach(), chosen)
    passed = rows + (codes - rows).detach()
    size = z.shape[-1]
    return decoder(passed.reshape(len(x), size, size, args.dim).permute(0, 3, 1, 2)), commitment, chosen


def nats(x, logits):
    return (F.softplus(logits) - x * logits).flatten(1).sum(1)


train, test = mnist("train", args.images), mnist("test", args.test_examples)
book = Codebook(args.codes, args.dim)
optimizer = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], lr=1e-3)
begun = time.time()
for epoch in range(args.epochs):
    order = torch.randperm(len(train))
    for start in range(0, len(train) - args.batch_size + 1, args.batch_size):
        x = torch.bernoulli(train[order[start : start + args.batch_size]])
        logits, commitment, _ = through(x, book, True)
        loss = (nats(x, logits) + commitment).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
seconds = time.time() - begun

with torch.no_grad():
    x = torch.bernoulli(test)
    parts = [through(part, book, False) for part in x.split(500)]
    each = torch.cat([nats(part, logits) for part, (logits, _, _) in zip(x.split(500), parts)])
    chosen = torch.cat([codes for _, _, codes in parts])
shares = torch.bincount(chosen, minlength=args.codes).double() / len(chosen)
perplexity = torch.exp(-(shares * shares.clamp(min=1e-300).log()).sum())
print(
    json.dumps(
        {
            "images": args.images,
            "epochs": args.epochs,
            "seed": args.seed,
            "autoencoderSeconds": round(seconds),
            "reconstructionNats": round(each.mean().item(), 3),
            "reconstructionError": round((each.std() / len(each) ** 0.5).item(), 3),
            "perplexity": round(perplexity.item(), 2),
            "used": round((shares > 0).double().mean().item(), 3),
        }
    )
)
