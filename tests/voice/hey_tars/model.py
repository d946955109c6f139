"""The trained head as a file of ONNX, with how it was made inside."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from tars.device.wake.openwakeword import FEATURES
from tests.voice.hey_tars.training import LENGTH, Network

SMOOTHED = 2
"""Scores in a row whose mean is the model's score."""


def write(network: Network, path: Path, metadata: Mapping[str, str]) -> None:
    """The file takes the features of LENGTH + SMOOTHED - 1 blocks, (1, blocks, 96), and gives one score, 0 to 1."""
    (first, bias), *rest = network.layers
    scaled = first.reshape(LENGTH, FEATURES, -1) / network.spread[None, :, None]
    shift = bias - np.einsum("lfh,f->h", scaled, network.mean)
    layers = [(scaled.transpose(2, 1, 0), shift), *((weights.T[:, :, None], bias) for weights, bias in rest)]
    nodes = [helper.make_node("Transpose", ["features"], ["0"], perm=[0, 2, 1])]
    constants = []
    for number, (weights, bias) in enumerate(layers):
        names = [f"weights {number}", f"bias {number}"]
        values = (np.asarray(value, np.float32) for value in (weights, bias))
        constants += [numpy_helper.from_array(value, name) for value, name in zip(values, names, strict=True)]
        made = f"{number + 1} before" if number < len(rest) else "certain"
        nodes.append(helper.make_node("Conv", [str(number), *names], [made]))
        if number < len(rest):
            nodes.append(helper.make_node("Relu", [made], [str(number + 1)]))
    nodes += [
        helper.make_node("Sigmoid", ["certain"], ["scores"]),
        helper.make_node("ReduceMean", ["scores"], ["score"], axes=[1, 2], keepdims=0),
    ]
    given = helper.make_tensor_value_info("features", TensorProto.FLOAT, [1, LENGTH + SMOOTHED - 1, FEATURES])
    score = helper.make_tensor_value_info("score", TensorProto.FLOAT, [1])
    graph = helper.make_graph(nodes, "hey_tars", [given], [score], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8, producer_name="make hey-tars")
    helper.set_model_props(model, dict(metadata))
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())
