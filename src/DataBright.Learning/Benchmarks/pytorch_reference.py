# The reference of the learning benchmark: the same models, batch, optimiser and data in PyTorch.
# Reads one JSON request per line, answers with one JSON line: images or floating point operations per second.
import json
import sys
import time

import torch
from torch import nn

BATCH = 64


def lenet():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))


def mlp():
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10))


def cnn():
    return nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(64, 128, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(1152, 10))


class Block(nn.Module):
    def __init__(self, inputs, channels, stride):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(inputs, channels, 3, stride, 1, bias=False), nn.BatchNorm2d(channels), nn.ReLU(),
            nn.Conv2d(channels, channels, 3, 1, 1, bias=False), nn.BatchNorm2d(channels))
        self.shortcut = nn.Identity() if stride == 1 else nn.Sequential(
            nn.Conv2d(inputs, channels, 1, stride, bias=False), nn.BatchNorm2d(channels))

    def forward(self, x):
        return torch.relu(self.body(x) + self.shortcut(x))


def resnet():
    blocks = [Block(inputs, channels, stride) for inputs, channels, stride in (
        (16, 16, 1), (16, 16, 1), (16, 16, 1), (16, 32, 2), (32, 32, 1), (32, 32, 1), (32, 64, 2), (64, 64, 1), (64, 64, 1))]
    return nn.Sequential(
        nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(), *blocks,
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


def vgg():
    layers = []
    for inputs, channels in ((3, 32), (32, 64), (64, 128)):
        layers += [nn.Conv2d(inputs, channels, 3, padding=1), nn.ReLU(), nn.Conv2d(channels, channels, 3, padding=1), nn.ReLU(),
                   nn.MaxPool2d(2)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(2048, 256), nn.ReLU(), nn.Linear(256, 10))


class Text(nn.Module):
    def __init__(self):
        super().__init__()
        self.bytes = nn.Embedding(256, 64)
        self.places = nn.Parameter(torch.rand(64, 64))
        self.block = nn.TransformerEncoderLayer(64, 4, 128, 0.1, "gelu", batch_first=True, norm_first=True)
        self.norm, self.last = nn.LayerNorm(64), nn.Linear(64, 10)

    def forward(self, x):
        return self.last(self.norm(self.block(self.bytes(x) + self.places)).mean(1))


MODELS = {"lenet-5": lenet, "mlp-784-256-128-10": mlp, "cnn-32-64-128": cnn, "resnet-20": resnet, "vgg-8": vgg, "text-classifier": Text}
states = {}


def repeat(work, seconds):
    work()
    count, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        work()
        count += 1
    return count / (time.perf_counter() - start)


def train(name, seconds):
    if name not in states:
        torch.manual_seed(1)
        model = MODELS[name]()
        examples = torch.rand(4096, *((3, 32, 32) if name in ("resnet-20", "vgg-8") else (1, 28, 28)))
        if name == "text-classifier":
            examples = torch.randint(0, 256, (4096, 64))
        states[name] = (model, torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9),
                        examples, torch.randint(0, 10, (4096,)), torch.randperm(4096), [0])
    model, optimiser, images, labels, order, place = states[name]
    loss_of = nn.CrossEntropyLoss()

    def step():
        batch = order[place[0]:place[0] + BATCH]
        place[0] = (place[0] + BATCH) % 4096
        optimiser.zero_grad(set_to_none=True)
        loss = loss_of(model(images[batch]), labels[batch])
        loss.backward()
        optimiser.step()
        return loss.item()

    return BATCH * repeat(step, seconds)


def multiply(size, seconds):
    if size not in states:
        states[size] = (torch.rand(size, size), torch.rand(size, size), torch.empty(size, size))
    a, b, c = states[size]
    return 2 * size ** 3 * repeat(lambda: torch.mm(a, b, out=c), seconds)


def blas():
    torch.mm(torch.rand(64, 64), torch.rand(64, 64))
    try:
        maps = open("/proc/self/maps").read().lower()
    except OSError:
        return "unknown"
    return next((name for name in ("openblas", "mkl_rt", "mkl_core", "blis", "atlas") if name in maps), "reference")


print(json.dumps({"version": torch.__version__, "blas": blas()}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    torch.set_num_threads(request["threads"])
    if request["what"] in MODELS:
        rate = train(request["what"], request["seconds"])
    else:
        rate = multiply(int(request["what"]), request["seconds"])
    print(json.dumps({"rate": rate}), flush=True)
