"""Networks in the form of TensorFlow Lite, run by its C library, which comes inside the package pymicro-wakeword.

Values go in and out as bytes. A network that runs 33 times a second spends more on numpy's arrays than on itself.
"""

from __future__ import annotations

import ctypes
import weakref
from array import array
from collections.abc import Iterable, Sequence
from ctypes import c_char_p, c_float, c_int32, c_size_t, c_void_p
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tars.errors import ConfigError

KINDS = {1: "f", 3: "B", 9: "b"}
"""TensorFlow Lite's number of a type of value -> Python's letter for it, as in `array`; others are refused."""

RANGES = {"B": (0, 255), "b": (-128, 127)}
"""Of the types whose values are rounded to steps: the lowest and the highest number of a step."""


class _Steps(ctypes.Structure):
    _fields_ = (("scale", c_float), ("zero_point", c_int32))


FUNCTIONS: dict[str, tuple[list[Any], Any]] = {
    "ModelCreateFromFile": ([c_char_p], c_void_p),
    "ModelDelete": ([c_void_p], None),
    "InterpreterOptionsCreate": ([], c_void_p),
    "InterpreterOptionsSetNumThreads": ([c_void_p, c_int32], None),
    "InterpreterOptionsDelete": ([c_void_p], None),
    "InterpreterCreate": ([c_void_p, c_void_p], c_void_p),
    "InterpreterDelete": ([c_void_p], None),
    "InterpreterAllocateTensors": ([c_void_p], c_int32),
    "InterpreterInvoke": ([c_void_p], c_int32),
    "InterpreterGetInputTensorCount": ([c_void_p], c_int32),
    "InterpreterGetInputTensor": ([c_void_p, c_int32], c_void_p),
    "InterpreterGetOutputTensorCount": ([c_void_p], c_int32),
    "InterpreterGetOutputTensor": ([c_void_p, c_int32], c_void_p),
    "TensorType": ([c_void_p], c_int32),
    "TensorNumDims": ([c_void_p], c_int32),
    "TensorDim": ([c_void_p, c_int32], c_int32),
    "TensorByteSize": ([c_void_p], c_size_t),
    "TensorQuantizationParams": ([c_void_p], _Steps),
    "TensorCopyFromBuffer": ([c_void_p, c_void_p, c_size_t], c_int32),
    "TensorCopyToBuffer": ([c_void_p, c_void_p, c_size_t], c_int32),
}
"""What is called of the library, without `TfLite` in front: the types of the arguments, and of the result."""


def package() -> Path:
    """The folder of pymicro-wakeword. It is not imported: it needs packages that nothing here needs. Raises ConfigError."""
    found = find_spec("pymicro_wakeword")
    if found is None or found.origin is None:
        raise ConfigError("pymicro-wakeword is not installed: pip install -e '.[pi]' in the TARS folder")
    return Path(found.origin).parent


@cache
def library() -> Any:
    """The C library with the types of its functions. Raises ConfigError if its package is not there, or not for this machine."""
    found = sorted(package().glob("lib/*tensorflowlite_c.*"))
    try:
        lib = ctypes.CDLL(str(found[0]))
    except (IndexError, OSError) as error:
        raise ConfigError(f"the TensorFlow Lite library of pymicro-wakeword does not load on this machine ({error})") from error
    for name, (arguments, result) in FUNCTIONS.items():
        function = getattr(lib, f"TfLite{name}")
        function.argtypes, function.restype = arguments, result
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

    def encode(self, values: Iterable[float]) -> bytes:
        """Values as the input has them."""
        return self._input.encode(values)

    def run(self, given: bytes) -> list[float]:
        """All values of the output, for all values of the input as `encode` gives them. Raises ValueError for more or fewer of these."""
        self._input.write(given)
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
        self._range = RANGES.get(self._kind)
        self.shape = tuple(lib.TfLiteTensorDim(tensor, axis) for axis in range(lib.TfLiteTensorNumDims(tensor)))
        steps = lib.TfLiteTensorQuantizationParams(tensor)
        self._scale, self._zero = steps.scale, steps.zero_point
        self._buffer = ctypes.create_string_buffer(lib.TfLiteTensorByteSize(tensor))

    @property
    def highest(self) -> float:
        return float("inf") if self._range is None else (self._range[1] - self._zero) * self._scale

    def encode(self, values: Iterable[float]) -> bytes:
        if self._range is None:
            return array(self._kind, values).tobytes()
        lowest, highest = self._range
        steps = (round(value / self._scale + self._zero) for value in values)
        return array(self._kind, (min(max(step, lowest), highest) for step in steps)).tobytes()

    def write(self, given: bytes) -> None:
        if self._lib.TfLiteTensorCopyFromBuffer(self._tensor, given, len(given)):
            raise ValueError(f"the network takes values of shape {self.shape}, {len(self._buffer)} bytes, not {len(given)}")

    def read(self) -> list[float]:
        if self._lib.TfLiteTensorCopyToBuffer(self._tensor, self._buffer, len(self._buffer)):
            raise RuntimeError("the network gives more or fewer values than it says")
        values: Sequence[float] = array(self._kind, self._buffer.raw)
        return list(values) if self._range is None else [(step - self._zero) * self._scale for step in values]
