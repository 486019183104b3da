"""The domains that come with the offline author: one TOML file each, read once and checked.

What a file may hold is `Domain`'s fields, written compactly:
items, jobs: rows of [name, category, unit, lowest price, highest price, step, fewest, most], prices in euros.
seasons: name -> twelve figures, January first, in percent of the year's mean; metrics refer to them by name.
shared_clauses: subjects of `_clauses.toml` that this domain's contracts use as well.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from cosyn_multi.authors.offline.domain import Domain
from cosyn_multi.errors import ConfigError, unknown

FOLDER: Final = Path(__file__).parent
_SHARED: Final = "_clauses.toml"
_ROW: Final = 8


@cache
def load_domains(folder: Path = FOLDER) -> dict[str, Domain]:
    """Every domain of a folder by name, in alphabetical order. Raises: ConfigError naming file and field."""
    shared = _shared_clauses(folder)
    files = sorted(p for p in folder.glob("*.toml") if not p.name.startswith("_"))
    return {path.stem: _load(path, shared) for path in files}


def _shared_clauses(folder: Path) -> dict[str, Any]:
    path = folder / _SHARED
    return {c["subject"]: c for c in _parse(path)["clauses"]} if path.exists() else {}


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path.name}: not TOML: {error}") from error


def _load(path: Path, shared: dict[str, Any]) -> Domain:
    raw = _parse(path)
    for field in ("items", "jobs"):
        raw[field] = [_item(path, field, i, row) for i, row in enumerate(raw.get(field, ()))]
    seasons = raw.pop("seasons", {})
    raw["metrics"] = [_metric(path, i, m, seasons) for i, m in enumerate(raw.get("metrics", ()))]
    own = list(raw.get("clauses", ()))
    raw["clauses"] = own + [_known(path, "shared_clauses", s, shared) for s in raw.pop("shared_clauses", ())]
    try:
        return Domain.model_validate({"name": path.stem, **raw})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ConfigError(f"{path.name}: {where}: {first['msg']}") from error


def _item(path: Path, field: str, number: int, row: Any) -> dict[str, Any]:
    if not isinstance(row, list) or len(row) != _ROW:
        raise ConfigError(
            f"{path.name}: {field}.{number}: {row!r} is not [name, category, unit, lowest, highest, step, fewest, most]"
        )
    name, category, unit, low, high, step, fewest, most = row
    return {
        "name": name,
        "category": category,
        "unit": unit,
        "price": (low, high),
        "step": step,
        "quantity": (fewest, most),
    }


def _metric(path: Path, number: int, metric: dict[str, Any], seasons: dict[str, list[float]]) -> dict[str, Any]:
    if "season" not in metric:
        return metric
    percents = _known(path, f"metrics.{number}.season", metric["season"], seasons)
    return {**metric, "season": tuple(p / 100 for p in percents)}


def _known(path: Path, field: str, name: str, table: dict[str, Any]) -> Any:
    if name not in table:
        raise ConfigError(f"{path.name}: {field}: " + unknown("entry", name, table))
    return table[name]
