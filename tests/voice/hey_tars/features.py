"""The features that openWakeWord's networks make of sound, of long sounds at once: ten times as fast as block by block, and the same.

Both networks look at a piece of their input at a time. Here they get all pieces in one row: what neighbours share is computed once.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from tars.device.wake.models import EMBEDDING, MELSPECTROGRAM, fetched
from tars.device.wake.openwakeword import BANDS, CONTEXT, FEATURES, ROWS
from tars.samples import BLOCK, Samples

ROWS_A_BLOCK = 8
BEFORE = ROWS // ROWS_A_BLOCK
"""Blocks at the beginning that have no features: the first set of features ends with block 9, counted from 0."""

RANGE = 80.0
"""Decibels below the loudest of a block's rows to which what is softer is raised, as the network of the spectrogram does."""

Floats = NDArray[np.float32]


def features(samples: Samples) -> Floats:
    """Of each block from number BEFORE on, its features: an array of (blocks - BEFORE, 96). Nothing is heard before the first sample."""
    padded = np.concatenate((np.zeros(CONTEXT, np.int16), samples[: len(samples) // BLOCK * BLOCK]))
    spectrogram, embedding = _networks()
    decibels = spectrogram.run(None, {"input": padded.astype(np.float32)[None]})[0].reshape(-1, ROWS_A_BLOCK, BANDS)
    floor = decibels.max(axis=(1, 2), keepdims=True) - RANGE
    rows = np.maximum(decibels, floor).reshape(-1, BANDS) / np.float32(10) + np.float32(2)
    made = embedding.run(None, {"rows": rows[None, None, ROWS_A_BLOCK * (BEFORE + 1) - ROWS :]})[0]
    return np.asarray(made.reshape(FEATURES, -1).T, np.float32)


@cache
def _networks() -> tuple[Any, Any]:
    return _session(_spectrogram()), _session(_embedding())


def _session(model: onnx.ModelProto) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def _spectrogram() -> onnx.ModelProto:
    """Without its last step, which looks at all rows at once: raising what is softer than RANGE."""
    model = onnx.load(fetched(MELSPECTROGRAM))
    nodes = list(model.graph.node)
    highest = next(number for number, node in enumerate(nodes) if node.op_type == "ReduceMax")
    decibels = nodes[highest].input[0]
    return _with(model, nodes[:highest], model.graph.input[0], onnx.helper.make_tensor_value_info(decibels, 1, None))


def _embedding() -> onnx.ModelProto:
    """Without the first and the last step, which only change shapes, and fix how long the input is."""
    model = onnx.load(fetched(EMBEDDING))
    first, *nodes, last = model.graph.node
    if first.op_type != "Reshape" or last.op_type != "Reshape":
        raise ValueError(f"{EMBEDDING} is another network than the one that was tried")
    nodes[0].input[0] = "rows"
    given = onnx.helper.make_tensor_value_info("rows", 1, [1, 1, "count", BANDS])
    return _with(model, nodes, given, onnx.helper.make_tensor_value_info(last.input[0], 1, None))


def _with(model: onnx.ModelProto, nodes: Sequence[onnx.NodeProto], given: Any, made: Any) -> onnx.ModelProto:
    graph = onnx.helper.make_graph(nodes, "part", [given], [made], model.graph.initializer)
    return onnx.helper.make_model(graph, opset_imports=model.opset_import, ir_version=model.ir_version)
