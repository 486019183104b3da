"""Template: a folder that can draw views, and what it needs of a view."""

from pathlib import Path

from pydantic import Field

from .base import Frozen
from .values import Kind
from .view import ArtifactKind, Part, View

RendererName = str
Bounds = tuple[int, int]


class Needs(Frozen):
    """What a view must offer, so that this template can draw it. [fewest, most] everywhere."""

    grids: Bounds = Field((1, 1), description="Parts with rows (without the facts).")
    rows: Bounds = Field((1, 40), description="Rows of each grid.")
    columns: dict[Kind, Bounds] = Field(
        {}, description="Columns of each grid, per kind; a kind not named may not occur."
    )
    measures: Bounds | None = Field(None, description="Numeric columns of each grid, all kinds together.")
    facts: tuple[str, ...] = Field((), description="Roles that the facts must have.")
    most_facts: int = Field(40, description="Most facts that fit; 0 if none can be drawn.")
    documents: tuple[str, ...] = Field((), description="What the view must be ('invoice' ...); empty: anything.")
    prose: Bounds = Field((0, 0), description="Paragraphs.")
    one_unit: bool = Field(False, description="All numeric columns must share one unit.")
    units: Bounds | None = Field(None, description="Different units among the numeric columns.")
    positive: bool = Field(False, description="All numbers must be > 0 (pies, stacks, log axes).")
    label_chars: int = Field(200, description="Longest row label that fits, in characters.")
    time_label: bool | None = Field(
        None, description="True: rows must be dates or periods (months, years ...); False: must not."
    )
    whole: bool = Field(False, description="The numeric column must be additive: the parts make a meaningful whole.")


class Suits(Frozen):
    """What raises its odds; never required."""

    domains: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()


class Template(Frozen):
    """One folder of `templates/`, read from its template.toml."""

    name: str
    renderer: RendererName
    artifact: ArtifactKind
    entry: str
    about: str = ""
    size_px: Bounds = Field((900, 1100), description="Usual width and height, in CSS pixels.")
    vary_px: float = Field(
        0.15, ge=0, le=0.5, description="How far width and height may vary with the seed, as a share."
    )
    grows: bool = Field(False, description="Height follows the content (HTML pages).")
    fonts: tuple[str, ...] = Field((), description="Families it may use; empty: any text family.")
    options: dict[str, tuple[str | int | float | bool, ...]] = Field(
        {}, description="Its own options and their values."
    )
    needs: Needs = Needs()
    suits: Suits = Suits()
    folder: Path = Field(Path(), exclude=True, description="Where it lies; never stored.")
    builtin: bool = Field(
        False, exclude=True, description="Reviewed code that ships with the package; set by place alone."
    )
    origin: str = Field(
        "workspace", exclude=True, description="Where it was found: 'built-in', 'workspace', or 'package NAME VERSION'."
    )

    def refuses(self, view: View) -> str | None:
        """Why it can't draw a view, or None if it can."""
        needs = self.needs
        if view.artifact != self.artifact:
            return f"draws a {self.artifact}"
        if needs.documents and view.document not in needs.documents:
            return f"draws {', '.join(needs.documents)}"
        facts = view.facts
        roles = {c.role for c in facts.columns} if facts else set()
        if missing := [r for r in needs.facts if r not in roles]:
            return f"needs facts {', '.join(missing)}"
        if facts and len(facts.columns) > needs.most_facts:
            return f"has room for {needs.most_facts} facts"
        if not within(len(view.prose), needs.prose):
            return f"takes {needs.prose} paragraphs"
        if not within(len(view.grids), needs.grids):
            return f"takes {needs.grids} grids"
        return next((why for part in view.grids if (why := self._refuses_part(part))), None)

    def _refuses_part(self, part: Part) -> str | None:
        needs = self.needs
        if not within(len(part.rows), needs.rows):
            return f"takes {needs.rows} rows"
        kinds = [c.kind for c in part.columns]
        for kind in sorted(set(kinds) | set(needs.columns)):
            if not within(kinds.count(kind), needs.columns.get(kind, (0, 0))):
                return f"takes {needs.columns.get(kind, (0, 0))} {kind} columns"
        if needs.measures and not within(len(part.measures), needs.measures):
            return f"takes {needs.measures} measures"
        if needs.one_unit and len({c.unit for c in part.measures}) > 1:
            return "takes one unit"
        if needs.units and not within(len({c.unit for c in part.measures}), needs.units):
            return f"takes {needs.units} units"
        if needs.whole and not all(c.additive for c in part.measures):
            return "takes parts of a whole"
        label = part.label
        if label and needs.time_label is not None and part.over_time != needs.time_label:
            return "takes rows over time" if needs.time_label else "takes no rows over time"
        if label and any(len(str(v)) > needs.label_chars for v in part.values(label.name)):
            return f"takes labels of {needs.label_chars} characters"
        numbers = [v for c in part.measures for v in part.values(c.name)]
        if needs.positive and any(not isinstance(v, str) and (v is None or v <= 0) for v in numbers):  # type: ignore[operator]
            return "takes positive numbers"
        return None


def within(number: int, bounds: Bounds) -> bool:
    return bounds[0] <= number <= bounds[1]
