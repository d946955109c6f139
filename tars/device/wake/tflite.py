"""Networks in the form of TensorFlow Lite, run by its C library, which comes inside the package pymicro-wakeword."""

from __future__ import annotations

import ctypes
import weakref
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tars.errors import ConfigError

KINDS: dict[int, np.dtype[Any]] = {1: np.dtype(np.float32), 3: np.dtype(np.uint8), 9: np.dtype(np.int8)}
"""TensorFlow Lite's number of a type of value -> that type; others are refused."""

Floats = NDArray[np.float32]


@cache
def library() -> Any:
    """The C library with the types of its functions. Raises ConfigError if its package is not there, or not for this machine."""
    try:
        import pymicro_wakeword
        from pymicro_wakeword.wakeword import TfLiteWakeWord
    except ImportError as error:
        raise ConfigError("pymicro-wakeword is not installed: pip install '.[pi]' in the TARS folder") from error
    found = sorted(Path(pymicro_wakeword.__file__).parent.glob("lib/*tensorflowlite_c.*"))
    try:
        lib = TfLiteWakeWord(found[0]).lib
    except (IndexError, OSError) as error:
        raise ConfigError(f"the TensorFlow Lite library of pymicro-wakeword does not load on this machine ({error})") from error
    for name, arguments, result in (
        ("TfLiteInterpreterOptionsCreate", [], ctypes.c_void_p),
        ("TfLiteInterpreterOptionsSetNumThreads", [ctypes.c_void_p, ctypes.c_int32], None),
        ("TfLiteInterpreterOptionsDelete", [ctypes.c_void_p], None),
        ("TfLiteInterpreterGetInputTensorCount", [ctypes.c_void_p], ctypes.c_int32),
        ("TfLiteInterpreterGetOutputTensorCount", [ctypes.c_void_p], ctypes.c_int32),
    ):
        getattr(lib, name).argtypes, getattr(lib, name).restype = arguments, result
    return lib


class Network:
    """A network with one input and one output, on one thread. It may remember what it was given before."""

    def __init__(self, path: Path) -> None:
        """Load the network. Raises ConfigError if the file is no network of this kind."""
        self._path, self._lib = path, library()
        self._handles = _Handles(self._lib)
        weakref.finalize(self, self._handles.free)
        self._handles.model = self._lib.TfLiteModelCreateFromFile(str(path).encode())
        if not self._handles.model:
            raise ConfigError(f"{path}: not a TensorFlow Lite model")
        self.forget()

    def forget(self) -> None:
        """Go back to the state in which the network was loaded."""
        lib, handles = self._lib, self._handles
        handles.free_interpreter()
        options = lib.TfLiteInterpreterOptionsCreate()
        lib.TfLiteInterpreterOptionsSetNumThreads(options, 1)
        handles.interpreter = lib.TfLiteInterpreterCreate(handles.model, options)
        lib.TfLiteInterpreterOptionsDelete(options)
        # Each of these calls crashes the program if the one before it has failed.
        if (
            not handles.interpreter
            or lib.TfLiteInterpreterAllocateTensors(handles.interpreter)
            or lib.TfLiteInterpreterGetInputTensorCount(handles.interpreter) != 1
            or lib.TfLiteInterpreterGetOutputTensorCount(handles.interpreter) != 1
        ):
            raise ConfigError(f"{self._path}: a TensorFlow Lite model that this library cannot run")
        self._input = _Tensor(lib, lib.TfLiteInterpreterGetInputTensor(handles.interpreter, 0), self._path)
        self._output = _Tensor(lib, lib.TfLiteInterpreterGetOutputTensor(handles.interpreter, 0), self._path)

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the input."""
        return self._input.shape

    @property
    def outputs(self) -> tuple[int, ...]:
        """The shape of the output."""
        return self._output.shape

    @property
    def highest(self) -> float:
        """The highest value that the output can have; infinite where it is not rounded to steps."""
        return self._output.highest

    def run(self, values: Floats) -> Floats:
        """The output, of shape `outputs`, for an input of shape `shape`."""
        self._input.write(values)
        if self._lib.TfLiteInterpreterInvoke(self._handles.interpreter):
            raise RuntimeError(f"{self._path}: the network has failed")
        return self._output.read()


class _Handles:
    """What the C library must be asked to free: the interpreter before its model."""

    def __init__(self, lib: Any) -> None:
        self._lib = lib
        self.model: int | None = None
        self.interpreter: int | None = None

    def free(self) -> None:
        self.free_interpreter()
        if self.model:
            self._lib.TfLiteModelDelete(self.model)
        self.model = None

    def free_interpreter(self) -> None:
        if self.interpreter:
            self._lib.TfLiteInterpreterDelete(self.interpreter)
        self.interpreter = None


class _Tensor:
    """The input or output of an interpreter, whose values may be rounded to steps that fit a byte."""

    def __init__(self, lib: Any, tensor: int, path: Path) -> None:
        self._lib, self._tensor = lib, tensor
        number = lib.TfLiteTensorType(tensor)
        if number not in KINDS:
            raise ConfigError(f"{path}: its values are of type {number} of TensorFlow Lite; 1, 3 and 9 can be used")
        self._kind = KINDS[number]
        self.shape = tuple(lib.TfLiteTensorDim(tensor, axis) for axis in range(lib.TfLiteTensorNumDims(tensor)))
        steps = lib.TfLiteTensorQuantizationParams(tensor)
        self._scale, self._zero = steps.scale, steps.zero_point

    @property
    def highest(self) -> float:
        return float("inf") if self._kind.kind == "f" else float((np.iinfo(self._kind).max - self._zero) * self._scale)

    def write(self, values: Floats) -> None:
        if self._kind.kind != "f":
            limits = np.iinfo(self._kind)
            values = np.clip(np.round(values / np.float32(self._scale) + self._zero), limits.min, limits.max)
        data = np.ascontiguousarray(values, self._kind)
        if self._lib.TfLiteTensorCopyFromBuffer(self._tensor, data.ctypes.data_as(ctypes.c_void_p), data.nbytes):
            raise ValueError(f"the network takes values of shape {self.shape}, not {values.shape}")

    def read(self) -> Floats:
        data = np.empty(self.shape, self._kind)
        if self._lib.TfLiteTensorCopyToBuffer(self._tensor, data.ctypes.data_as(ctypes.c_void_p), data.nbytes):
            raise RuntimeError(f"the network gives values of another shape than {self.shape}")
        if self._kind.kind == "f":
            return np.asarray(data, np.float32)
        return np.asarray((data.astype(np.int32) - self._zero) * self._scale, np.float32)
