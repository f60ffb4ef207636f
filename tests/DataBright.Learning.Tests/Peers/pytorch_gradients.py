# What PyTorch makes of an architecture: gradients of one batch in training, outputs in evaluation, running statistics.
# pytorch_gradients.py FOLDER SAMPLE: reads architecture.json, parameters.safetensors, features.npy and labels.npy or
# targets.npy in FOLDER, writes gradients.safetensors, running.safetensors and outputs.safetensors.
import json
import os
import sys

import numpy
import torch

folder, sample = sys.argv[1:]
sys.path.insert(0, sample)
import model
import tensors

torch.set_num_threads(1)
architecture = json.load(open(os.path.join(folder, "architecture.json")))
parameters = tensors.read(os.path.join(folder, "parameters.safetensors"))
features = torch.from_numpy(numpy.load(os.path.join(folder, "features.npy")))
if architecture["loss"] == "mean-squared-error":
    answers = torch.from_numpy(numpy.load(os.path.join(folder, "targets.npy")))
else:
    answers = torch.from_numpy(numpy.load(os.path.join(folder, "labels.npy"))).long()
names = model.trained(parameters)
outputs = model.forward(architecture, parameters, features, False).reshape(len(features), -1)
tensors.write(os.path.join(folder, "outputs.safetensors"), {"outputs": outputs})
for name in names:
    parameters[name].requires_grad_()
loss = model.loss(architecture, model.forward(architecture, parameters, features, True), answers)
loss.backward()
tensors.write(os.path.join(folder, "gradients.safetensors"), {name: parameters[name].grad for name in names} | {"loss": loss.reshape(1)})
tensors.write(os.path.join(folder, "running.safetensors"), {name: value for name, value in parameters.items() if name not in names})
