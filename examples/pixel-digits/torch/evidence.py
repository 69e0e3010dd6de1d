"""The PyTorch twin of src/evidence.ts: the same layers, initial distributions, batches, binarisation and optimiser.

    LATENTKIT_DATA=… python3 examples/pixel-digits/torch/evidence.py --model made --epochs 20
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


def mnist(split, limit=None):
    """Grey values in [0, 1], [n, 1, 28, 28], from the folder that LATENTKIT_DATA names."""
    prefix = {"train": "train", "test": "t10k"}[split]
    path = Path(os.environ["LATENTKIT_DATA"]) / "mnist" / f"{prefix}-images-idx3-ubyte.gz"
    raw = np.frombuffer(gzip.decompress(path.read_bytes()), np.uint8, offset=16)
    return torch.from_numpy(raw.reshape(-1, 1, 28, 28)[:limit].astype(np.float32) / 255)


class Masked(nn.Conv2d):
    """A convolution whose weights are multiplied by a mask, as PyTorch's PixelCNNs are written."""

    def __init__(self, mask, inputs, outputs, size):
        height, width = size if isinstance(size, tuple) else (size, size)
        super().__init__(inputs, outputs, (height, width), padding=(height // 2, width // 2))
        kept = torch.zeros_like(self.weight)
        kept[:, :, : height // 2] = 1
        kept[:, :, height // 2, : width // 2 + (mask == "B")] = 1
        self.register_buffer("kept", kept)
        begin(self, int(kept[0].sum()))

    def forward(self, x):
        return F.conv2d(x, self.weight * self.kept, self.bias, padding=self.padding)


def begin(layer, seen):
    nn.init.normal_(layer.weight, std=max(1, seen) ** -0.5)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


def point(inputs, outputs):
    return begin(nn.Conv2d(inputs, outputs, 1), inputs)


class Made(nn.Module):
    def __init__(self, hidden=8000, values=784):
        super().__init__()
        self.first, self.second = begin(nn.Linear(values, hidden), values / 2), begin(nn.Linear(hidden, values), hidden / 2)
        inputs = torch.arange(1, values + 1)
        degrees = 1 + torch.randperm(hidden) * (values - 1) // hidden
        self.register_buffer("seen", (degrees[:, None] >= inputs[None]).float())
        self.register_buffer("shown", (inputs[:, None] > degrees[None]).float())

    def forward(self, x):
        h = F.relu(F.linear(x.flatten(1), self.first.weight * self.seen, self.first.bias))
        return F.linear(h, self.second.weight * self.shown, self.second.bias).reshape(x.shape)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.ReLU(), point(32, 16), nn.ReLU(), Masked("B", 16, 16, 3), nn.ReLU(), point(16, 32)
        )

    def forward(self, x):
        return x + self.layers(x)


def pixel_cnn():
    blocks = [Block() for _ in range(15)]
    return nn.Sequential(Masked("A", 1, 32, 7), *blocks, nn.ReLU(), point(32, 32), nn.ReLU(), point(32, 1))


def gate(x):
    value, opened = x.chunk(2, 1)
    return torch.tanh(value) * torch.sigmoid(opened)


class Above(nn.Conv2d):
    """A convolution over a place's own row and those above it."""

    def __init__(self, inputs, outputs, height, width):
        super().__init__(inputs, outputs, (height, width))
        self.reach = (width // 2, width // 2, height - 1, 0)
        begin(self, inputs * height * width)

    def forward(self, x):
        return super().forward(F.pad(x, self.reach))


class Gated(nn.Module):
    def __init__(self, width=32, layers=10):
        super().__init__()
        two = 2 * width
        self.above, self.left = Above(1, two, 3, 7), Masked("A", 1, two, (1, 7))
        self.link, self.out = point(two, two), point(width, width)
        self.vertical = nn.ModuleList(Above(width, two, 2, 3) for _ in range(layers))
        self.horizontal = nn.ModuleList(Masked("B", width, two, (1, 3)) for _ in range(layers))
        self.links = nn.ModuleList(point(two, two) for _ in range(layers))
        self.outs = nn.ModuleList(point(width, width) for _ in range(layers))
        self.head = nn.Sequential(nn.ReLU(), point(width, width), nn.ReLU(), point(width, 1))

    def forward(self, x):
        v = self.above(F.pad(x, (0, 0, 1, 0))[:, :, :-1])
        h = self.out(gate(self.left(x) + self.link(v)))
        for vertical, horizontal, link, out in zip(self.vertical, self.horizontal, self.links, self.outs):
            v = vertical(gate(v))
            h = h + out(gate(horizontal(h) + link(v)))
        return self.head(h)


def cell(sums, memory):
    i, f, o, g = sums.chunk(4, 1)
    memory = torch.sigmoid(f) * memory + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(memory), memory


class RowLstm(nn.Module):
    def __init__(self, units):
        super().__init__()
        self.entering = Masked("B", 2 * units, 4 * units, (1, 3))
        self.state = begin(nn.Conv1d(units, 4 * units, 3, padding=1, bias=False), 3 * units)

    def forward(self, x):
        rows, hidden, memory = [], None, 0
        for z in self.entering(x).unbind(2):
            hidden, memory = cell(z if hidden is None else z + self.state(hidden), memory)
            rows.append(hidden)
        return torch.stack(rows, 2)


class DiagonalBiLstm(nn.Module):
    def __init__(self, units):
        super().__init__()
        self.entering = point(2 * units, 8 * units)
        self.states = nn.ModuleList(
            begin(nn.Linear(2 * units, 4 * units, bias=False), 2 * units) for _ in range(2)
        )

    def along(self, z, state):
        batch, channels, height, width = z.shape
        wide = F.pad(z, (0, height)).flatten(2)[:, :, : height * (width + height - 1)]
        columns = wide.reshape(batch, channels, height, width + height - 1).unbind(3)
        hidden, found, memory = z.new_zeros(batch, channels // 4, height), [], 0
        for column in columns:
            above = F.pad(hidden, (1, 0))[:, :, :-1]
            seen = state(torch.cat([above, hidden], 1).transpose(1, 2)).transpose(1, 2)
            hidden, memory = cell(column + seen, memory)
            found.append(hidden)
        flat = F.pad(torch.stack(found, 3).flatten(2), (0, height))
        return flat.reshape(batch, channels // 4, height, width + height)[:, :, :, :width]

    def forward(self, x):
        left, right = self.entering(x).chunk(2, 1)
        from_right = self.along(right.flip(3), self.states[1]).flip(3)
        return self.along(left, self.states[0]) + F.pad(from_right, (0, 0, 1, 0))[:, :, :-1]


class PixelRnn(nn.Module):
    def __init__(self, layer, units=32):
        super().__init__()
        self.first, self.layer, self.out = Masked("A", 1, 2 * units, 7), layer(units), point(units, 2 * units)
        self.head = nn.Sequential(point(2 * units, 32), nn.ReLU(), point(32, 32), nn.ReLU(), point(32, 1))

    def forward(self, x):
        x = self.first(x)
        return self.head(x + self.out(self.layer(x)))


MODELS = {
    "made": Made,
    "pixel-cnn": pixel_cnn,
    "gated": Gated,
    "row": lambda: PixelRnn(RowLstm),
    "diagonal": lambda: PixelRnn(DiagonalBiLstm),
}


def losses(model, x):
    return F.binary_cross_entropy_with_logits(model(x), x, reduction="none").sum((1, 2, 3))


def likelihood(model, grey, seed):
    x = torch.bernoulli(grey, generator=torch.Generator().manual_seed(seed))
    with torch.no_grad():
        return torch.cat([losses(model, part) for part in x.split(100)]).double()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", choices=MODELS, default="made")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--test-examples", type=int, default=10000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    train, test = mnist("train", options.limit), mnist("test")
    model = MODELS[options.model]()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    by_epoch, size = [], options.batch_size
    out = Path(options.out or f"runs/pixel-evidence/{options.model}-torch.pt")
    out.parent.mkdir(parents=True, exist_ok=True)
    if out.exists():
        model_state, optimizer_state, by_epoch = torch.load(out)
        model.load_state_dict(model_state)
        optimizer.load_state_dict(optimizer_state)
        torch.manual_seed(options.seed + len(by_epoch))
    started = time.perf_counter()
    while len(by_epoch) < options.epochs:
        order = torch.randperm(len(train))
        for start in range(0, len(train) - size + 1, size):
            x = torch.bernoulli(train[order[start : start + size]])
            optimizer.zero_grad()
            losses(model, x).mean().backward()
            optimizer.step()
        by_epoch.append(likelihood(model, test[:1000], 1).mean().item())
        torch.save((model.state_dict(), optimizer.state_dict(), by_epoch), out)
        print(json.dumps({"epoch": len(by_epoch), "nll": round(by_epoch[-1], 3)}), flush=True)
    seconds = time.perf_counter() - started
    values = likelihood(model, test[: options.test_examples], 2)
    print(json.dumps({
        "experiment": "pixel-evidence", "library": f"torch {torch.__version__}", "model": options.model,
        "seed": options.seed, "epochs": options.epochs, "batchSize": size,
        "negativeLogLikelihood": round(values.mean().item(), 4),
        "standardError": round((values.std() / len(values) ** 0.5).item(), 4),
        "split": "test", "examples": len(values), "train": len(train), "lastSittingSeconds": round(seconds, 1),
        "byEpoch": [round(value, 3) for value in by_epoch],
    }))


if __name__ == "__main__":
    main()
