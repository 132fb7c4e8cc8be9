"""A fitted model's state as two files, JSON and arrays, from which nothing but data can come.

No pickle: reading can run no code. What a state may hold: dicts with text keys, lists, tuples, texts,
numbers, true, false, null, numeric arrays, and dataclasses of `scoring_udfs.rating`. No estimator of a
library is among them: a model keeps what it needs as arrays. The same state always gives the same bytes.
"""

from __future__ import annotations

import dataclasses
import importlib
import io
import json
import math
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from orchestration.rating.errors import ModelFolderError

STATE, ARRAYS = "state.json", "arrays.npz"
_ROOM = "scoring_udfs.rating"
_KIND = "$"
# Of arrays: truth values, whole numbers, floats.
_NUMERIC = "biuf"


def pack(state: dict[str, Any]) -> dict[str, bytes]:
    """The content of each file; `ModelFolderError` for a value of another kind than those above."""
    arrays: dict[str, npt.NDArray[Any]] = {}
    plain = _packed(state, arrays)
    buffer = io.BytesIO()
    # Without dates in it, unlike most archives: the same arrays give the same bytes.
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    text = json.dumps(plain, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return {STATE: text.encode(), ARRAYS: buffer.getvalue()}


def unpack(files: dict[str, bytes]) -> dict[str, Any]:
    """The state again; `ModelFolderError` when the files do not fit together."""
    try:
        with np.load(io.BytesIO(files[ARRAYS]), allow_pickle=False) as arrays:
            state = _unpacked(json.loads(files[STATE]), lambda name: _array(arrays[name]))
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, ImportError, OSError) as error:
        raise ModelFolderError(f"{STATE} and {ARRAYS} do not make a model; fit it again.") from error
    except (EOFError, RecursionError, zipfile.BadZipFile) as error:
        raise ModelFolderError(f"{STATE} or {ARRAYS} is damaged; fit the model again.") from error
    if not isinstance(state, dict):
        raise ModelFolderError(f"{STATE} does not hold a model; fit it again.")
    return state


def _packed(value: Any, arrays: dict[str, npt.NDArray[Any]]) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else {_KIND: "float", "text": repr(value)}
    if isinstance(value, np.ndarray):
        return _named(value, arrays)
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise ModelFolderError("The model's state has a key that is no text; it cannot be saved.")
        items = {key: _packed(item, arrays) for key, item in value.items()}
        # A question may be called anything, even what marks the other kinds here.
        return {_KIND: "dict", "items": items} if _KIND in items else items
    if isinstance(value, list):
        return [_packed(item, arrays) for item in value]
    return _packed_object(value, arrays)


def _packed_object(value: Any, arrays: dict[str, npt.NDArray[Any]]) -> dict[str, Any]:
    kind = type(value)
    if isinstance(value, tuple):
        return {_KIND: "tuple", "items": [_packed(item, arrays) for item in value]}
    if dataclasses.is_dataclass(kind) and kind.__module__.startswith(f"{_ROOM}."):
        fields = {one.name: getattr(value, one.name) for one in dataclasses.fields(kind) if one.init}
        name = f"{kind.__module__.removeprefix(f'{_ROOM}.')}.{kind.__qualname__}"
        return {_KIND: "dataclass", "name": name, "fields": _packed(fields, arrays)}
    raise ModelFolderError(f"The model's state holds a {kind.__name__}, which cannot be saved as data.")


def _named(array: npt.NDArray[Any], arrays: dict[str, npt.NDArray[Any]]) -> dict[str, str]:
    if array.dtype.kind not in _NUMERIC:
        raise ModelFolderError(f"The model's state holds an array of {array.dtype}; only numbers are saved.")
    name = f"a{len(arrays)}"
    arrays[name] = np.ascontiguousarray(array)
    return {_KIND: "array", "name": name}


def _array(found: Any) -> npt.NDArray[Any]:
    """What the archive has under a name, when that is an array and not just any bytes."""
    if not isinstance(found, np.ndarray):
        raise TypeError("no array")
    return found


def _unpacked(value: Any, array_of: Callable[[str], npt.NDArray[Any]]) -> Any:
    if isinstance(value, list):
        return [_unpacked(item, array_of) for item in value]
    if not isinstance(value, dict):
        return value
    kind = value.get(_KIND)
    if kind is None or kind == "dict":
        items = value["items"] if kind else value
        return {key: _unpacked(item, array_of) for key, item in items.items()}
    if kind == "float":
        return float(value["text"])
    if kind == "array":
        return array_of(value["name"])
    if kind == "tuple":
        return tuple(_unpacked(item, array_of) for item in value["items"])
    if kind == "dataclass":
        return _dataclass(value["name"])(**_unpacked(value["fields"], array_of))
    raise ValueError(kind)


def _dataclass(name: str) -> Callable[..., Any]:
    """A dataclass of the rating room; nothing else can be named, and making one runs none of its methods."""
    module, _, attribute = name.rpartition(".")
    if not module.isidentifier():
        raise ValueError(name)
    found = getattr(importlib.import_module(f"{_ROOM}.{module}"), attribute)
    is_ours = isinstance(found, type) and found.__module__ == f"{_ROOM}.{module}"
    if not is_ours or not dataclasses.is_dataclass(found):
        raise ValueError(name)
    return found  # type: ignore[return-value]
