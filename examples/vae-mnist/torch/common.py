"""What the PyTorch twins share: MNIST, networks that start as the library's do, one line of JSON at the end."""

import gzip
import json
import os
from pathlib import Path

import numpy as np
import torch


def mnist(split, limit=None):
    """Grey values in [0, 1], [n, 784], from the folder that LATENTKIT_DATA names."""
    prefix = {"train": "train", "test": "t10k"}[split]
    path = Path(os.environ["LATENTKIT_DATA"]) / "mnist" / f"{prefix}-images-idx3-ubyte.gz"
    raw = np.frombuffer(gzip.decompress(path.read_bytes()), np.uint8, offset=16)
    return torch.from_numpy(raw.reshape(-1, 784)[:limit].astype(np.float32) / 255)


def dense(inputs, outputs, rectified=False):
    """A layer with zero biases, and He's or Glorot's weights as the library has them."""
    layer = torch.nn.Linear(inputs, outputs)
    if rectified:
        torch.nn.init.normal_(layer.weight, std=(2 / inputs) ** 0.5)
    else:
        torch.nn.init.xavier_uniform_(layer.weight)
    torch.nn.init.zeros_(layer.bias)
    return layer


class GaussianVae(torch.nn.Module):
    """Encoder with mean and log variance, decoder with logits, dense layers throughout."""

    def __init__(self, hidden, latent, activation):
        super().__init__()
        rectified = activation is torch.nn.ReLU

        def stack(inputs):
            sizes = [inputs, *hidden]
            return [part for a, b in zip(sizes, sizes[1:]) for part in (dense(a, b, rectified), activation())]

        self.body = torch.nn.Sequential(*stack(784))
        self.mean = dense(hidden[-1], latent)
        self.log_variance = dense(hidden[-1], latent)
        self.decoder = torch.nn.Sequential(*stack(latent), dense(hidden[-1], 784))

    def encode(self, x):
        h = self.body(x)
        return self.mean(h), self.log_variance(h)

    def parts(self, x):
        """Reconstruction and KL of each example, with one sample."""
        mean, log_variance = self.encode(x)
        z = mean + torch.exp(log_variance / 2) * torch.randn_like(mean)
        kl = -0.5 * (1 + log_variance - mean.square() - log_variance.exp()).sum(-1)
        return bernoulli(x, self.decoder(z)), kl

    def log_weights(self, x, count):
        """log p(x, z) − log q(z|x) of `count` samples an example: [batch, count]."""
        mean, log_variance = (value.unsqueeze(1) for value in self.encode(x))
        noise = torch.randn(x.shape[0], count, mean.shape[-1])
        z = mean + torch.exp(log_variance / 2) * noise
        excess = (z.square() - noise.square() - log_variance).sum(-1)
        return -bernoulli(x.unsqueeze(1).expand(-1, count, -1), self.decoder(z)) - excess / 2


def bernoulli(x, logits):
    return (torch.nn.functional.softplus(logits) - x * logits).sum(-1)


def batches(x, size, drop_last=True):
    order = torch.randperm(len(x))
    end = len(x) - len(x) % size if drop_last else len(x)
    for start in range(0, end, size):
        yield x[order[start : start + size]]


def report(**result):
    print(json.dumps({key: round(value, 4) if isinstance(value, float) else value for key, value in result.items()}))
