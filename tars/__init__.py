"""TARS: a voice assistant in two programs, driven by generated state machines."""

TYPE_CHECKING = False  # of mypy; typing's own would be an import for nothing
if TYPE_CHECKING:
    __version__: str
    """The version of the installed distribution. It is written in pyproject.toml only."""
else:

    def __getattr__(name):
        """Read `__version__` when somebody asks for it: importlib.metadata takes 20 ms, which a start need not spend."""
        if name != "__version__":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib.metadata import version

        return version("tars-assistant")
