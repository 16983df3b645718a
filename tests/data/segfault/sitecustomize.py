"""Loaded at start by the interpreter of the campaign's stack alone: makes one article end its process.

It stands for a bug in a C library. The product knows nothing of it: the cleaner's module is changed as it is loaded.
"""

import ctypes
import importlib.util
import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

MARK = "SEGFAULT-ON-SIGHT"
TARGET = "consumers.clean"


class Finder(MetaPathFinder):
    """Finds the cleaner as everybody does, and has its ``clean`` changed once it is loaded."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name != TARGET:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        assert spec is not None
        assert spec.loader is not None
        load = spec.loader.exec_module

        def load_changed(module: ModuleType) -> None:
            load(module)
            clean = module.clean

            def crashing(text: str, *rest: object, **named: object) -> object:
                if MARK in text:
                    ctypes.string_at(0)
                return clean(text, *rest, **named)

            module.clean = crashing

        spec.loader.exec_module = load_changed  # type: ignore[method-assign]
        return spec


sys.meta_path.insert(0, Finder())
