#!/usr/bin/env python3
"""PyTorch's side of the benchmarks: the workloads of workloads/*.ts, layer by layer, on random data.

Reads commands and writes answers as lines of JSON, like worker.ts: {"workload": "mlp-vae-b128", "steps": 5} gives
{"times": [ms, ...], "loss": ...}. The device and the number of threads are arguments:

    echo '{"workload": "conv-ae-b64", "steps": 20}' | python3 torch_baseline.py --threads 2
"""
import argparse
import json
import sys
import time
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

sys.path.append(str(Path(__file__).parent / "../examples/pixel-digits/torch"))
import evidence  # noqa: E402


def adam(module, rate, betas=(0.9, 0.999)):
    return torch.optim.Adam(module.parameters(), lr=rate, betas=betas)


def descend(optimizer, loss):
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()


def mlp_vae(device):
    x = torch.rand(128, 784, device=device)
    net = nn.ModuleDict({
        "hidden": nn.Linear(784, 400), "mean": nn.Linear(400, 20), "log_variance": nn.Linear(400, 20),
        "decoder": nn.Sequential(nn.Linear(20, 400), nn.ReLU(), nn.Linear(400, 784)),
    }).to(device)
    optimizer = adam(net, 1e-3)

    def step():
        hidden = F.relu(net["hidden"](x))
        mean, log_variance = net["mean"](hidden), net["log_variance"](hidden)
        logits = net["decoder"](mean + torch.exp(log_variance / 2) * torch.randn_like(mean))
        reconstruction = F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(1).mean()
        kl = -0.5 * (1 + log_variance - mean ** 2 - log_variance.exp()).sum(1).mean()
        return descend(optimizer, reconstruction + kl)

    return step


def conv_autoencoder(device):
    x = torch.rand(64, 1, 28, 28, device=device)
    net = nn.Sequential(
        nn.Conv2d(1, 64, 4, stride=2, padding=1), nn.LeakyReLU(0.2),
        nn.Conv2d(64, 128, 4, stride=2, padding=1), nn.LeakyReLU(0.2),
        nn.ConvTranspose2d(128, 64, 4, stride=2, padding=1), nn.ReLU(),
        nn.ConvTranspose2d(64, 1, 4, stride=2, padding=1), nn.Sigmoid(),
    ).to(device)
    optimizer = adam(net, 1e-3)
    return lambda: descend(optimizer, F.mse_loss(net(x), x))


def dcgan(device):
    x = torch.rand(64, 1, 28, 28, device=device) * 2 - 1
    generator = nn.Sequential(
        nn.Linear(64, 128 * 7 * 7, bias=False), nn.BatchNorm1d(128 * 7 * 7), nn.ReLU(), nn.Unflatten(1, (128, 7, 7)),
        nn.ConvTranspose2d(128, 64, 4, stride=2, padding=1, bias=False), nn.BatchNorm2d(64), nn.ReLU(),
        nn.ConvTranspose2d(64, 1, 4, stride=2, padding=1), nn.Tanh(),
    ).to(device)
    discriminator = nn.Sequential(
        nn.Conv2d(1, 64, 4, stride=2, padding=1), nn.LeakyReLU(0.2),
        nn.Conv2d(64, 128, 4, stride=2, padding=1, bias=False), nn.BatchNorm2d(128), nn.LeakyReLU(0.2),
        nn.Flatten(), nn.Linear(128 * 7 * 7, 1),
    ).to(device)
    moves = {net: adam(net, 2e-4, (0.5, 0.999)) for net in (generator, discriminator)}

    def sample():
        return generator(torch.randn(64, 64, device=device))

    def step():
        fake = sample().detach()
        loss = F.softplus(-discriminator(x)).mean() + F.softplus(discriminator(fake)).mean()
        descend(moves[discriminator], loss)
        return descend(moves[generator], F.softplus(-discriminator(sample())).mean())

    return step


def wgan_gp(device):
    x = torch.randn(256, 2, device=device)

    def network(outputs):
        layers = nn.Linear(2, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, outputs)
        return nn.Sequential(*layers).to(device)

    generator, critic = network(2), network(1)
    move_generator, move_critic = (adam(net, 1e-4, (0.0, 0.9)) for net in (generator, critic))

    def sample():
        return generator(torch.randn(256, 2, device=device))

    def step():
        for _ in range(5):
            fake = sample().detach()
            mix = torch.rand(256, 1, device=device)
            between = (mix * x + (1 - mix) * fake).requires_grad_(True)
            slope, = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
            penalty = ((slope.norm(dim=1) - 1) ** 2).mean()
            descend(move_critic, critic(fake).mean() - critic(x).mean() + 10 * penalty)
        return descend(move_generator, -critic(sample()).mean())

    return step


def pixel_step(model, device):
    """A training step of one of the models of examples/pixel-digits/torch/evidence.py on binary noise."""
    x = torch.rand(16, 1, 28, 28, device=device).round()
    net = evidence.MODELS[model]().to(device)
    optimizer = adam(net, 1e-3)
    return lambda: descend(optimizer, evidence.losses(net, x).mean())


WORKLOADS = {
    "mlp-vae-b128": mlp_vae, "conv-ae-b64": conv_autoencoder, "dcgan28-b64": dcgan, "wgan-gp-2d-b256": wgan_gp,
    "pixel-cnn-b16": lambda device: pixel_step("pixel-cnn", device),
    "pixel-rnn-b16": lambda device: pixel_step("diagonal", device),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    cpu = options.device == "cpu"
    place = f"{options.threads} threads" if cpu else torch.cuda.get_device_name(options.device)
    name = "PyTorch cpu" if cpu else f"PyTorch {options.device}"
    print(json.dumps({"name": name, "device": f"torch {torch.__version__}, {place}"}), flush=True)
    current, step = None, None
    for line in sys.stdin:
        command = json.loads(line)
        if command["workload"] != current:
            current, step = command["workload"], WORKLOADS[command["workload"]](options.device)
        times = []
        for _ in range(command["steps"]):
            start = time.perf_counter()
            loss = float(step())  # waits for the device
            times.append((time.perf_counter() - start) * 1e3)
        print(json.dumps({"times": times, "loss": loss}), flush=True)


if __name__ == "__main__":
    main()
