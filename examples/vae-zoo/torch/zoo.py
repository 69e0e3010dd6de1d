"""PyTorch twins of rows of src/main.ts: the same layers, initial distribution, data, batches, updates and optimiser.

    LATENTKIT_DATA=… python3 examples/vae-zoo/torch/zoo.py --epochs 5
    LATENTKIT_DATA=… python3 examples/vae-zoo/torch/zoo.py --models vae,iwae --images 10000

FID is missing: its features are the library's own classifier's.
"""

import argparse
import math
import sys
import time
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parents[2] / "vae-mnist" / "torch"))
from common import bernoulli, dense, mnist  # noqa: E402

HIDDEN, BATCH = [256, 128], 128


def stack(sizes):
    return [part for a, b in zip(sizes, sizes[1:]) for part in (dense(a, b, True), torch.nn.ReLU())]


class Networks(torch.nn.Module):
    def __init__(self, latent):
        super().__init__()
        self.body = torch.nn.Sequential(*stack([784, *HIDDEN]))
        self.mean, self.log_variance = dense(HIDDEN[-1], latent), dense(HIDDEN[-1], latent)
        self.decoder = torch.nn.Sequential(*stack([latent, *HIDDEN[::-1]]), dense(HIDDEN[0], 784))
        # The discriminator of FactorVAE has leaky units, as the library's discriminators have.
        judged = [part for a, b in zip([latent, *HIDDEN], HIDDEN) for part in (dense(a, b, True), torch.nn.LeakyReLU(0.2))]
        self.judge = torch.nn.Sequential(*judged, dense(HIDDEN[-1], 1))

    def encode(self, x):
        h = self.body(x)
        return self.mean(h), self.log_variance(h)

    def draw(self, x):
        mean, gamma = self.encode(x)
        return mean + torch.exp(gamma / 2) * torch.randn_like(mean), mean, gamma

    def parts(self, x):
        z, mean, gamma = self.draw(x)
        kl = -0.5 * (1 + gamma - mean.square() - gamma.exp()).sum(-1)
        return bernoulli(x, self.decoder(z)), kl, z, mean, gamma

    def log_weights(self, x, count):
        mean, gamma = (value.unsqueeze(1) for value in self.encode(x))
        noise = torch.randn(x.shape[0], count, mean.shape[-1])
        z = mean + torch.exp(gamma / 2) * noise
        excess = (z.square() - noise.square() - gamma).sum(-1)
        return -bernoulli(x.unsqueeze(1).expand(-1, count, -1), self.decoder(z)) - excess / 2


def log_mean_exp(weights):
    return torch.logsumexp(weights, -1) - math.log(weights.shape[-1])


def elbo(net, x, _):
    nll, kl, *_ = net.parts(x)
    return (nll + kl).mean()


def beta(net, x, _):
    nll, kl, *_ = net.parts(x)
    return (nll + 4 * kl).mean()


def annealed(net, x, run):
    nll, kl, *_ = net.parts(x)
    capacity = 20 * min(1, run.step / math.ceil(run.steps / 2))
    return nll.mean() + 100 * abs(kl.mean() - capacity)


def beta_tc(net, x, run):
    nll, _, z, mean, gamma = net.parts(x)
    normal = torch.distributions.Normal
    pairs = normal(mean[None], (gamma / 2).exp()[None]).log_prob(z[:, None])
    weight = math.log(len(x) * run.images)
    joint = torch.logsumexp(pairs.sum(-1), 1) - weight
    product = (torch.logsumexp(pairs, 1) - weight).sum(-1)
    log_q = normal(mean, (gamma / 2).exp()).log_prob(z).sum(-1)
    log_p = normal(0.0, 1.0).log_prob(z).sum(-1)
    return (nll + (log_q - joint) + 2 * (joint - product) + (product - log_p)).mean()


def factor(net, x, _):
    nll, kl, z, *_ = net.parts(x)
    return (nll + kl).mean() + 5 * net.judge(z).mean()


def judge(net, x):
    with torch.no_grad():
        z = net.draw(x)[0]
    shuffled = torch.stack([column[torch.randperm(len(z))] for column in z.T], 1)
    soft = torch.nn.functional.softplus
    return soft(-net.judge(z)).mean() + soft(net.judge(shuffled)).mean()


def dip(variant):
    def loss(net, x, _):
        nll, kl, _, mean, gamma = net.parts(x)
        covariance = torch.cov(mean.T, correction=0)
        if variant == "II":
            covariance = covariance + torch.diag(gamma.exp().mean(0))
        diagonal = torch.diagonal(covariance)
        off = covariance.square().sum() - diagonal.square().sum()
        return (nll + kl).mean() + 10 * off + (100 if variant == "I" else 10) * (diagonal - 1).square().sum()

    return loss


def info(net, x, _):
    nll, kl, z, *_ = net.parts(x)
    prior, scale = torch.randn_like(z), 2 * z.shape[1]

    def kernel(a, b):
        distance = torch.cdist(a, b, compute_mode="use_mm_for_euclid_dist").square()
        return sum((scale * s / (scale * s + distance)).sum() for s in (0.1, 0.2, 0.5, 1, 2, 5, 10))

    n = len(z)
    within = (kernel(z, z) + kernel(prior, prior) - 14 * n) / (n * (n - 1))
    return (nll + kl).mean() + 99 * (within - 2 * kernel(z, prior) / n**2)


def iwae(net, x, _):
    return -log_mean_exp(net.log_weights(x, 8)).mean()


def miwae(net, x, _):
    return -log_mean_exp(net.log_weights(x, 8).reshape(-1, 2, 4)).mean()


def ciwae(net, x, _):
    weights = net.log_weights(x, 8)
    return -0.95 * log_mean_exp(weights).mean() - 0.05 * weights.mean()


MODELS = {
    "vae": elbo,
    "betaVae": beta,
    "annealedVae": annealed,
    "betaTcVae": beta_tc,
    "factorVae": factor,
    "dipVaeI": dip("I"),
    "dipVae": dip("II"),
    "infoVae": info,
    "iwae": iwae,
    "miwae": miwae,
    "ciwae": ciwae,
}


class Batches:
    """Batches without end, bits drawn anew in each pass."""

    def __init__(self, grey):
        self.grey, self.order = grey, []

    def __iter__(self):
        return self

    def __next__(self):
        if len(self.order) < BATCH:
            self.order = torch.randperm(len(self.grey))
        chosen, self.order = self.order[:BATCH], self.order[BATCH:]
        return torch.bernoulli(self.grey[chosen])


def trained(name, grey, steps, options):
    torch.manual_seed(options.seed)
    net = Networks(options.latent)
    judging = list(net.judge.parameters())
    moved = [p for p in net.parameters() if not any(p is other for other in judging)]
    optimizer, judged = torch.optim.Adam(moved, lr=1e-3), torch.optim.Adam(judging, lr=1e-3)
    run = argparse.Namespace(step=0, steps=steps, images=len(grey))
    data, started = Batches(grey), time.perf_counter()
    for run.step in range(steps):
        loss = MODELS[name](net, next(data), run)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if name == "factorVae":
            loss = judge(net, next(data))
            judged.zero_grad()
            loss.backward()
            judged.step()
    return net, time.perf_counter() - started


@torch.no_grad()
def measured(net, test, samples):
    nll, kl, *_ = net.parts(test)
    weights = torch.cat([net.log_weights(part, samples) for part in test[:500].split(50)])
    mean, _ = net.encode(test)
    error = (torch.sigmoid(net.decoder(mean)) - test).square().mean().item()
    active = (mean.var(0, correction=0) > 0.01).sum().item()
    return (nll + kl).mean().item(), -log_mean_exp(weights).mean().item(), error, active


def main():
    parser = argparse.ArgumentParser()
    for name, default in {"epochs": 5, "images": 60000, "importance-samples": 200, "latent": 16, "seed": 0}.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--models", default="all")
    parser.add_argument("--threads", type=int)
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    grey, test = mnist("train", options.images), torch.bernoulli(mnist("test"))
    steps = max(1, round(options.epochs * len(grey) / BATCH))
    print("| model | −ELBO | NLL | MSE | active | seconds |\n| --- | --: | --: | --: | --: | --: |")
    for name in MODELS if options.models == "all" else options.models.split(","):
        net, seconds = trained(name, grey, steps, options)
        bound, nll, error, active = measured(net, test, options.importance_samples)
        print(f"| {name} | {bound:.1f} | {nll:.1f} | {error:.4f} | {active} | {seconds:.0f} |", flush=True)


if __name__ == "__main__":
    main()
