"""Views: everything a question kind or a check may look at. Pure data, no I/O."""

from dataclasses import dataclass
from functools import cached_property

from .reading import Reading, Rendering
from .sheet import Sheet, as_read, intended
from .view import View
from .world import Origin, World


@dataclass(frozen=True)
class Views:
    """One set between rendering and questions.

    read: as-read sheets; what questions are written from and programs run over.
    meant: intended sheets; what witnesses derive their answers from. Same names, same rows where all was drawn.
    """

    world: World
    views: tuple[View, ...]
    renderings: tuple[Rendering, ...]

    @cached_property
    def read(self) -> tuple[Sheet, ...]:
        return tuple(s for v, r in zip(self.views, self.renderings, strict=True) for s in as_read(v, r.cells))

    @cached_property
    def meant(self) -> tuple[Sheet, ...]:
        return tuple(s for v in self.views for s in intended(v))

    @cached_property
    def readings(self) -> dict[str, Reading]:
        """Every reading by 'image1:items[3].amount' or 'image2:items.amount'."""
        return {
            f"image{v.image}:{reading.ref}": reading
            for v, r in zip(self.views, self.renderings, strict=True)
            for reading in (*r.keys, *r.cells)
        }

    @cached_property
    def shown_on(self) -> dict[Origin, tuple[int, ...]]:
        """By cell of the world, the images that show it."""
        found: dict[Origin, set[int]] = {}
        for sheet in self.read:
            for origin in (o for row in sheet.origins for o in row):
                found.setdefault(origin, set()).add(sheet.image)
        return {origin: tuple(sorted(images)) for origin, images in found.items()}

    def sheet(self, name: str) -> Sheet:
        """The as-read sheet of that name. Raises: KeyError."""
        return _named(self.read, name)

    def intended(self, name: str) -> Sheet:
        """The intended sheet of that name. Raises: KeyError."""
        return _named(self.meant, name)

    def view(self, image: int) -> View:
        return self.views[image - 1]

    @property
    def images(self) -> tuple[int, ...]:
        return tuple(v.image for v in self.views)


def _named(sheets: tuple[Sheet, ...], name: str) -> Sheet:
    for sheet in sheets:
        if sheet.name == name:
            return sheet
    raise KeyError(f"no sheet {name!r}; there are {', '.join(s.name for s in sheets)}")
