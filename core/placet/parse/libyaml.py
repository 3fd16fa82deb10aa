"""The event parser of libyaml, without the rest of PyYAML.

`import yaml` takes 20 ms, nearly all of it for readers and writers in Python that nobody here uses; a commit has about
40 in all. PyYAML's C module asks its package for little more than the names of its errors, so it is given those and
nothing else; whoever asks the package for more gets the whole of it. When that doesn't work out as expected, all of it
is imported at once.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

#: What each module of PyYAML that isn't loaded would have defined.
_ERRORS = {
    "reader": "ReaderError",
    "scanner": "ScannerError",
    "parser": "ParserError",
    "composer": "ComposerError",
    "constructor": "ConstructorError",
    "emitter": "EmitterError",
    "serializer": "SerializerError",
    "representer": "RepresenterError",
}
_LOADED = ("error", "events", "nodes", "tokens")


def load() -> tuple[Any, type[Exception]]:
    """The parser's class, and what it raises."""
    if "yaml" not in sys.modules:
        try:
            return _lean()
        except Exception:  # noqa: BLE001 - another PyYAML than the ones this was written for
            _forget()
    import yaml

    parser = getattr(yaml, "CLoader", yaml.SafeLoader)  # only their event parsers are used
    return parser, yaml.YAMLError


def _lean() -> tuple[Any, type[Exception]]:
    from importlib import import_module
    from importlib.machinery import PathFinder

    spec = PathFinder.find_spec("yaml")
    if spec is None or spec.loader is None or spec.submodule_search_locations is None:
        raise ImportError("yaml")
    package = _module("yaml")
    package.__spec__, package.__path__ = spec, list(spec.submodule_search_locations)
    sys.modules["yaml"] = package
    error, *_ = [import_module(f"yaml.{name}") for name in _LOADED]
    for name, raised in _ERRORS.items():
        module = _module(f"yaml.{name}")
        bases = (_ReaderError, error.YAMLError) if name == "reader" else (error.MarkedYAMLError,)
        setattr(module, raised, type(raised, bases, {}))
        setattr(package, name, module)
    parser = import_module("yaml._yaml").CParser
    package.__getattr__ = _rest_of(package, spec.loader)  # type: ignore[method-assign]
    known: type[Exception] = error.YAMLError
    return parser, known


def _rest_of(package: ModuleType, loader: Any) -> Any:
    """What the package does when it is asked for something that isn't there yet (PEP 562): load all of itself."""

    def load_all(name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        del package.__dict__["__getattr__"]
        loader.exec_module(package)
        return getattr(package, name)

    return load_all


class _ReaderError(Exception):
    """Where the bytes aren't characters; the same five facts as PyYAML's own."""

    def __init__(self, name: str, position: int, character: Any, encoding: str, reason: str) -> None:
        super().__init__(reason)
        self.name, self.position, self.character = name, position, character
        self.encoding, self.reason = encoding, reason


def _module(name: str) -> ModuleType:
    return type(sys)(name)


def _forget() -> None:
    for name in [name for name in sys.modules if name == "yaml" or name.startswith("yaml.")]:
        del sys.modules[name]
