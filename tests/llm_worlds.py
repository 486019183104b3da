"""Small requests, desks and answers that the tests of the llm room share."""

from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field

from cosyn_multi.llm.base import Provider
from cosyn_multi.llm.budget import Budget
from cosyn_multi.llm.desk import Desk
from cosyn_multi.llm.ledger import Ledger
from cosyn_multi.llm.prices import load_prices
from cosyn_multi.llm.request import Block, Message, Request
from cosyn_multi.llm.structured import strict_schema

MODEL = "claude-sonnet-5-5"
SHARED = "You write small, consistent worlds. " * 80


class Item(BaseModel):
    name: str
    price: float = Field(ge=0, description="In euros.")


class Basket(BaseModel):
    title: str = Field(max_length=40)
    items: list[Item] = Field(min_length=2, max_length=5)


GOOD = '{"title": "Fruit", "items": [{"name": "pear", "price": 1.5}, {"name": "fig", "price": 2}]}'


def request(text: str = "a basket", **changes: Any) -> Request:
    fields: dict[str, Any] = {
        "stage": "world",
        "model": MODEL,
        "system": (Block(text=SHARED, shared=True), Block(text="This one is about fruit.")),
        "messages": (Message(role="user", text=text),),
        "answer_schema": strict_schema(Basket),
        "max_tokens": 1000,
    }
    return Request(**(fields | changes))


OPEN: list[Desk] = []
"""Desks to close when a test is over."""


def close_desks() -> None:
    while OPEN:
        OPEN.pop().close()


def opened(found: Desk) -> Desk:
    OPEN.append(found)
    return found


def desk(folder: Path, provider: Provider | None = None, *, budget: float | None = None, notes: bool = False) -> Desk:
    ledger = Ledger(folder / "ledger.sqlite")
    return opened(Desk(ledger, Budget(ledger, budget), load_prices(), provider, notes=notes))
