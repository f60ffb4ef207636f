"""Architecture documents of DataBright, computed by PyTorch. Parameters are a dict of tensors with the names of checkpoints."""
import math

import torch
import torch.nn.functional as F


def forward(architecture, parameters, features, training):
    """Scores or predictions for features of shape examples x channels x height x width."""
    return run(architecture["layers"], parameters, features, training)


def loss(architecture, outputs, answers):
    """The loss the architecture is trained with; answers are labels, or targets for regression."""
    if architecture["loss"] == "mean-squared-error":
        return F.mse_loss(outputs, answers)
    return F.cross_entropy(outputs, answers)


def trained(parameters):
    """Names of the parameters that gradients change; running statistics follow the batches instead."""
    return [name for name in sorted(parameters) if ".running-" not in name]


def run(layers, parameters, x, training):
    for layer in layers:
        x = LAYERS[layer["kind"]](layer, parameters, x, training)
    return x


def convolution(layer, p, x, training):
    name = layer["name"]
    return F.conv2d(x, p[name + ".weight"], p.get(name + ".bias"), stride=layer.get("stride", 1), padding=layer["padding"])


def dense(layer, p, x, training):
    return F.linear(x.flatten(1), p[layer["name"] + ".weight"], p[layer["name"] + ".bias"])


def layer_norm(layer, p, x, training):
    rows = x.movedim(1, -1)
    name = layer["name"]
    return F.layer_norm(rows, rows.shape[-1:], p[name + ".weight"], p[name + ".bias"], 1e-5).movedim(-1, 1)


def batch_norm(layer, p, x, training):
    name = layer["name"]
    return F.batch_norm(x, p[name + ".running-mean"], p[name + ".running-variance"], p[name + ".weight"], p[name + ".bias"],
                        training, 0.1, 1e-5)


def embedding(layer, p, x, training):
    rows = F.embedding(x[:, 0, 0, :].long(), p[layer["name"] + ".weight"]) + p[layer["name"] + ".place"]
    return rows.permute(0, 2, 1).unsqueeze(2)


def self_attention(layer, p, x, training):
    name, heads = layer["name"], layer["heads"]
    rows = x[:, :, 0, :].transpose(1, 2)
    count, length, channels = rows.shape
    projected = F.linear(rows, p[name + ".in.weight"], p[name + ".in.bias"])
    queries, keys, values = (part.reshape(count, length, heads, -1).transpose(1, 2) for part in projected.split(channels, dim=2))
    shares = torch.softmax(queries @ keys.transpose(2, 3) / math.sqrt(channels // heads), dim=3)
    mixed = (shares @ values).transpose(1, 2).reshape(count, length, channels)
    return F.linear(mixed, p[name + ".out.weight"], p[name + ".out.bias"]).transpose(1, 2).unsqueeze(2)


def residual(layer, p, x, training):
    return run(layer["body"], p, x, training) + run(layer.get("shortcut", []), p, x, training)


LAYERS = {
    "convolution": convolution,
    "dense": dense,
    "layer-norm": layer_norm,
    "batch-norm": batch_norm,
    "embedding": embedding,
    "self-attention": self_attention,
    "residual": residual,
    "max-pool": lambda layer, p, x, training: F.max_pool2d(x, layer["size"]),
    "average-pool": lambda layer, p, x, training: F.avg_pool2d(x, layer["size"]),
    "global-average": lambda layer, p, x, training: x.mean((2, 3), keepdim=True),
    "relu": lambda layer, p, x, training: F.relu(x),
    "gelu": lambda layer, p, x, training: F.gelu(x),
    "tanh": lambda layer, p, x, training: torch.tanh(x),
    "flatten": lambda layer, p, x, training: x.flatten(1),
    "dropout": lambda layer, p, x, training: F.dropout(x, layer["rate"], training),
}
