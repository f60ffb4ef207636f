"""A trainer that follows DataBright's process protocol:

    python3 trainer.py --params in.safetensors --data DIR --config c.json --out out.safetensors

Progress goes to standard output, one JSON object a line; messages for people go to standard error.
"""
import argparse
import json
import math
import os

import numpy
import torch

import model
import tensors


def main():
    arguments = argparse.ArgumentParser()
    for name in ("--params", "--data", "--config", "--out"):
        arguments.add_argument(name, required=True)
    files = arguments.parse_args()
    with open(files.config, encoding="utf-8") as config:
        task = json.load(config)
    if task["format"] != "databright.trainer-task/1":
        raise SystemExit(f"the task is of format {task['format']}, and this trainer knows databright.trainer-task/1")
    parameters = tensors.read(files.params)
    train(task["plan"], parameters, *read(files.data))
    tensors.write(files.out, parameters)


def read(folder):
    features = torch.from_numpy(numpy.load(os.path.join(folder, "features.npy")))
    targets = os.path.join(folder, "targets.npy")
    if os.path.exists(targets):
        return features, torch.from_numpy(numpy.load(targets))
    return features, torch.from_numpy(numpy.load(os.path.join(folder, "labels.npy"))).long()


def train(plan, parameters, features, answers):
    architecture, rule = plan["architecture"], plan["optimiser"]
    torch.manual_seed(int(plan["seed"]) % 2**63)
    learnt = [parameters[name].requires_grad_() for name in model.trained(parameters)]
    optimiser = make_optimiser(rule, learnt)
    batch = plan["batchSize"]
    steps = plan["epochs"] * math.ceil(len(features) / batch)
    step = 0
    for _ in range(plan["epochs"]):
        order = torch.randperm(len(features))
        for first in range(0, len(order), batch):
            step += 1
            chosen = order[first:first + batch]
            for group in optimiser.param_groups:
                group["lr"] = rule["learningRate"] * factor(rule.get("schedule"), step, steps)
            optimiser.zero_grad()
            loss = model.loss(architecture, model.forward(architecture, parameters, features[chosen], True), answers[chosen])
            loss.backward()
            if "clipNorm" in rule:
                torch.nn.utils.clip_grad_norm_(learnt, rule["clipNorm"])
            optimiser.step()
            print(json.dumps({"step": step, "steps": steps, "loss": loss.item()}), flush=True)


def make_optimiser(rule, learnt):
    if rule["kind"] == "sgd":
        return torch.optim.SGD(learnt, rule["learningRate"], rule["momentum"], weight_decay=rule["weightDecay"],
                               nesterov=rule.get("nesterov", False))
    kind = torch.optim.Adam if rule["kind"] == "adam" else torch.optim.AdamW
    return kind(learnt, rule["learningRate"], (rule["beta1"], rule["beta2"]), rule["epsilon"], rule["weightDecay"])


def factor(schedule, step, steps):
    """What the learning rate is multiplied by in a step, counted from 1."""
    if schedule is None:
        return 1.0
    warm_up = schedule.get("warmUp", 0)
    if step <= warm_up:
        return step / warm_up
    after = step - 1 - warm_up
    if schedule["kind"] == "step":
        return schedule["factor"] ** (after // schedule["every"])
    if schedule["kind"] == "cosine":
        return schedule["factor"] + (1 - schedule["factor"]) * (1 + math.cos(math.pi * after / max(1, steps - warm_up))) / 2
    return 1.0


if __name__ == "__main__":
    main()
