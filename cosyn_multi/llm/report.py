"""What a run's answers cost, from its ledger."""

from pathlib import Path
from typing import Any

from cosyn_multi.errors import RunError

from .budget import Budget
from .ledger import CostRow, Ledger
from .office import LEDGER


def report(run: Path) -> dict[str, Any]:
    """Rows per stage, model and way; totals; what waits; why answers were of no use.

    Raises: RunError for a folder without a ledger.
    """
    file = run / LEDGER
    if not file.is_file():
        raise RunError(f"{run}: no {LEDGER} there: no language model was asked in this run")
    ledger = Ledger(file)
    standing = Budget(ledger).standing()
    rows = ledger.costs()
    found = {
        "answers": [_row(r) for r in rows],
        "totals": _totals(rows),
        "open": {
            "requests waiting": len(ledger.waiting_digests()),
            "dollars held for batches": round(standing.in_batches, 4),
            "calls that broke off": standing.lost_calls,
            "dollars they cost at most": round(standing.lost, 4),
        },
        "of no use": ledger.counts("rejections"),
        "read by repair": ledger.counts("repairs"),
    }
    ledger.close()
    return found


def _row(row: CostRow) -> dict[str, Any]:
    usage = row.usage
    return {
        "stage": row.stage,
        "model": row.model,
        "way": row.way,
        "requests": row.requests,
        "tokens in": usage.input,
        "cache written": usage.cache_write_5m + usage.cache_write_1h,
        "cache read": usage.cache_read,
        "tokens out": usage.output,
        "dollars": round(row.dollars, 4) if row.unpriced < row.requests else None,
    }


def _totals(rows: list[CostRow]) -> dict[str, Any]:
    return {
        "requests": sum(r.requests for r in rows),
        "tokens in": sum(r.usage.prompt for r in rows),
        "of these from cache": sum(r.usage.cache_read for r in rows),
        "tokens out": sum(r.usage.output for r in rows),
        "dollars": round(sum(r.dollars for r in rows), 4),
        "answers without a price": sum(r.unpriced for r in rows),
    }
