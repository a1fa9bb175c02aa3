"""The msgpack of docs/protocol.md: scanned without decoding it, then decoded."""

import math
import struct
from collections.abc import Callable
from typing import Any

import msgpack

MAX_DEPTH = 32
#: Items of lists, keys and values of maps, all together; this bounds the size of the decoded value.
MAX_VALUES = 1 << 18
MAX_INT = 2**53 - 1

#: Bytes after the tag of a number that needs no check.
_SHORT_INTEGERS = {0xCC: 1, 0xD0: 1, 0xCD: 2, 0xD1: 2, 0xCE: 4, 0xD2: 4}
_FLOATS = {0xCA: ">f", 0xCB: ">d"}
_LONG_INTEGERS = {0xCF: ">Q", 0xD3: ">q"}
#: Bytes of the length after the tag.
_STRINGS = {0xD9: 1, 0xDA: 2, 0xDB: 4}
_LISTS = {0xDC: 2, 0xDD: 4}
_MAPS = {0xDE: 2, 0xDF: 4}


class MsgpackError(Exception):
    """Bytes, or a value, that are not the msgpack of docs/protocol.md."""


def pack_value(value: object) -> bytes:
    """One msgpack value. Raises `MsgpackError` for what the protocol cannot carry."""
    try:
        data = bytearray(msgpack.packb(value, use_bin_type=True))
    except (TypeError, ValueError, OverflowError) as error:
        raise MsgpackError(str(error)) from error

    def write_integer(at: int, integer: int) -> None:
        struct.pack_into(">Bq", data, at, 0xD3, integer)  # nine bytes, as the float takes

    _scan(data, write_integer)
    return bytes(data)


def unpack_value(data: bytes) -> Any:
    """Read one value; nothing is decoded before all of it has been verified."""
    _scan(data, _refuse_integral_float)
    try:
        return msgpack.unpackb(data, raw=False, strict_map_key=True, object_pairs_hook=_unique_map)
    except MsgpackError:
        raise
    except Exception as error:  # msgpack raises its own kinds, ValueError, UnicodeDecodeError and more
        raise MsgpackError(type(error).__name__) from error


def _scan(data: bytes | bytearray, on_integral_float: Callable[[int, int], None]) -> None:
    """The bytes are exactly one value of maps with string keys, lists, strings and finite numbers."""
    size = len(data)
    at = 0
    values = 0
    #: For each depth, the values that are still to come, and whether every second one is a key.
    left: list[int] = [1]
    is_map: list[bool] = [False]
    while left:
        if left[-1] == 0:
            left.pop()
            is_map.pop()
            continue
        is_key = is_map[-1] and left[-1] % 2 == 0
        left[-1] -= 1
        tag = _byte(data, at)
        at += 1
        entered = -1
        if 0xA0 <= tag <= 0xBF or tag in _STRINGS:
            width = _STRINGS.get(tag, 0)
            at += width + (int.from_bytes(data[at : at + width]) if width else tag & 0x1F)
        elif is_key:
            raise MsgpackError("a map key that is not a string")
        elif tag <= 0x7F or tag >= 0xE0 or tag in (0xC0, 0xC2, 0xC3):
            pass
        elif tag <= 0x9F:
            entered = (tag & 0x0F) * (2 if tag <= 0x8F else 1)
        elif tag in _SHORT_INTEGERS:
            at += _SHORT_INTEGERS[tag]
        elif tag in _FLOATS:
            _check_float(data, tag, at, on_integral_float)
            at += struct.calcsize(_FLOATS[tag])
        elif tag in _LONG_INTEGERS:
            if abs(_number(_LONG_INTEGERS[tag], data, at)) > MAX_INT:
                raise MsgpackError("an integer of 2^53 or more")
            at += 8
        elif tag in _LISTS or tag in _MAPS:
            width = _LISTS.get(tag, 0) or _MAPS[tag]
            entered = int.from_bytes(data[at : at + width]) * (2 if tag in _MAPS else 1)
            at += width
        else:
            raise MsgpackError(f"type 0x{tag:x} (binary, extension or unused)")
        if entered >= 0:
            if len(left) > MAX_DEPTH:
                raise MsgpackError(f"nested deeper than {MAX_DEPTH}")
            values += entered
            if values > MAX_VALUES:
                raise MsgpackError(f"more than {MAX_VALUES} values")
            left.append(entered)
            is_map.append(tag <= 0x8F or tag in _MAPS)
        if at + max(entered, 0) > size:
            raise MsgpackError("the value is cut off")
    if at != size:
        raise MsgpackError(f"{size - at} bytes after the value")


def _check_float(data: bytes | bytearray, tag: int, at: int, on_integral_float: Callable[[int, int], None]) -> None:
    value = _number(_FLOATS[tag], data, at)
    if not math.isfinite(value):
        raise MsgpackError(f"{value} is not a finite number")
    if value.is_integer() and abs(value) <= MAX_INT:
        on_integral_float(at - 1, int(value))


def _number(layout: str, data: bytes | bytearray, at: int) -> Any:
    if at + struct.calcsize(layout) > len(data):
        raise MsgpackError("the value is cut off")
    return struct.unpack_from(layout, data, at)[0]


def _byte(data: bytes | bytearray, at: int) -> int:
    if at >= len(data):
        raise MsgpackError("the value is cut off")
    return data[at]


def _refuse_integral_float(_at: int, integer: int) -> None:
    raise MsgpackError(f"a float in place of the integer {integer}")


def _unique_map(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise MsgpackError("a map key that occurs twice")
    return value
