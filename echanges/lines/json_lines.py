"""Reads JSON Lines: one object a line, flat, with the types of the schema."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from echanges.lines.problems import Problem
from echanges.lines.records import Record
from echanges.lines.schema import FIELDS, HEADER, HEADER_FIELDS, REASONS, Kind

_PYTHON = {"string": str, "integer": int, "boolean": bool}
_TYPES = {
    HEADER: {field.name: _PYTHON[field.value.json] for field in HEADER_FIELDS},
    **{kind.value: {f.name: _PYTHON[f.value.json] for f in FIELDS[kind]} for kind in Kind},
}
_WORDS = {str: "texte entre guillemets", int: "nombre entier", bool: "true ou false"}
_IGNORED = frozenset({"type", *REASONS})


class _Unreadable(ValueError):
    """A line that is JSON for some, and not one meaning for all."""


def json_records(lines: Iterable[tuple[int, str]]) -> Iterator[Record]:
    """One record a line; blank lines are passed over."""
    for number, line in lines:
        if line.isspace() or not line:
            continue
        yield _record(number, line.rstrip("\r\n"))


def _record(number: int, raw: str) -> Record:
    try:
        found = _DECODER.decode(raw)
        if type(found) is not dict:
            raise _Unreadable("un objet entre accolades est attendu")
    except RecursionError:
        return _unreadable(number, raw, "trop d’accolades imbriquées")
    except _Unreadable as error:
        return _unreadable(number, raw, str(error))
    except ValueError as error:
        return _unreadable(number, raw, f"ce n’est pas du JSON ({error})"[:120])
    kind = found.get("type")
    types = _TYPES.get(kind) if type(kind) is str else None
    if types is None:
        return Record(number, "", {}, raw, [Problem("type", "TYPE_INCONNU", str(kind)[:40])])
    record = Record(number, kind, {}, raw)
    values = record.values
    for name, value in found.items():
        # The usual case first: there are a dozen fields a line.
        if type(value) is str and types.get(name) is str:
            if value:
                values[name] = value
        else:
            _take(record, types, name, value)
    return record


def _take(record: Record, types: dict[str, type], name: str, value: Any) -> None:
    if name in _IGNORED or value is None:
        return
    expected = types.get(name)
    if expected is None:
        record.problems.append(Problem(name[:40], "CHAMP_INATTENDU"))
    elif expected is int and type(value) is float:
        record.problems.append(Problem(name, "MONTANT_INVALIDE"))
    elif type(value) is not expected:
        record.problems.append(Problem(name, "TYPE_DE_VALEUR", _WORDS[expected]))
    else:
        record.values[name] = str(value).lower() if expected is bool else str(value)


def _unreadable(number: int, raw: str, why: str) -> Record:
    return Record(number, "", {}, raw, [Problem("", "LIGNE_ILLISIBLE", why)])


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Unreadable("un champ y est écrit deux fois")
    return found


def _no_constant(name: str) -> Any:
    raise _Unreadable(f"{name} n’est pas une valeur")


_DECODER = json.JSONDecoder(object_pairs_hook=_without_repeats, parse_constant=_no_constant)
