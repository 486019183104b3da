"""How an image looks: which template draws a view, in which style. Drawn from the set's seed."""

from collections.abc import Iterable, Sequence
from random import Random

from cosyn_multi.model import Reject, Style, Template, View, show
from cosyn_multi.renderers import fonts

PALETTES: tuple[tuple[str, ...], ...] = (
    ("#1f5a94", "#d1702a", "#3b8651", "#8c4a86", "#a8383b", "#4d4d4d"),
    ("#264653", "#e76f51", "#2a9d8f", "#b5838d", "#6d597a", "#8a5a00"),
    ("#003f5c", "#bc5090", "#ff6361", "#58508d", "#8a6d00", "#2f6f4f"),
    ("#0b6e4f", "#c1440e", "#08415c", "#7d5ba6", "#6b705c", "#b5179e"),
    ("#333333", "#b2182b", "#2166ac", "#1b7837", "#9970ab", "#bf812d"),
    ("#2b2d42", "#d90429", "#457b9d", "#588157", "#9c6644", "#7209b7"),
    ("#1b4965", "#ca6702", "#386641", "#9b2226", "#5a189a", "#495057"),
    ("#5f0f40", "#0f4c5c", "#e36414", "#3a5a40", "#6a4c93", "#7f5539"),
)
PAPERS: tuple[tuple[str, str], ...] = (
    ("#ffffff", "#f1f4f8"), ("#ffffff", "#f4f1ea"), ("#ffffff", "#eef5ef"), ("#fdfbf5", "#f1ead9"),
    ("#fbfbfd", "#e9edf5"), ("#fffdf8", "#f5e9e2"), ("#ffffff", "#ededed"),
)  # fmt: skip
INKS = ("#1c1c1c", "#22272e", "#2b2118", "#111827", "#20262b")

OWN_ODDS = 4
"""What is added to the odds of a user's own templates, of 1 for others: who adds one means to see it."""


def choose(
    view: View, templates: Sequence[Template], domain: str, rng: Random, avoid: Iterable[str] = ()
) -> Template | Reject:
    """A template that can draw the view. What it suits, and renderers that are not in `avoid` yet, raise its odds."""
    avoided = set(avoid)
    fitting = [t for t in templates if t.refuses(view) is None]
    fresh = [t for t in fitting if t.name not in avoided] or fitting
    if not fresh:
        why = sorted({f"{t.name} {t.refuses(view)}" for t in templates if t.artifact == view.artifact})
        return Reject(
            stage="plan", reason="no_template", image=view.image, detail=f"no template draws it: {'; '.join(why)[:400]}"
        )
    weights = [
        1
        + 2 * (view.document in t.suits.documents)
        + (domain in t.suits.domains)
        + OWN_ODDS * (t.origin == "workspace")
        for t in fresh
    ]
    return rng.choices(fresh, weights)[0]


def style_for(view: View, template: Template, rng: Random, house: Random) -> Style | Reject:
    """A style in which every character of the view can be drawn.

    `house` is the set's own stream: images of one set share a taste (palette, paper) more often than not, as the
    papers of one office do.
    """
    taste = house if house.random() < 0.6 else rng
    paper, band = taste.choice(PAPERS)
    palette = list(taste.choice(PALETTES))
    if rng.random() < 0.4:
        rng.shuffle(palette)
    families = drawable(characters(view), template.fonts or fonts.TEXT)
    if not families:
        return Reject(
            stage="plan", reason="no_font", image=view.image, detail=f"no family has all of {characters(view)!r}"
        )
    font = rng.choice(families)
    return Style(
        width_px=_vary(template.size_px[0], template.vary_px, rng, 300),
        height_px=_vary(template.size_px[1], template.vary_px, rng, 240),
        font=font,
        heading_font=font if rng.random() < 0.6 else rng.choice(families),
        font_px=round(rng.triangular(12.5, 18, 14), 1),
        density=round(rng.uniform(0.8, 1.25), 2),
        palette=tuple(palette),
        accent=palette[0],
        ink=taste.choice(INKS),
        muted=taste.choice(("#5a5a5a", "#4f5660", "#5d5348", "#4b5563")),
        paper=paper,
        band=band,
        options={name: rng.choice(values) for name, values in sorted(template.options.items())},
    )


def _vary(size: int, share: float, rng: Random, least: int) -> int:
    return max(least, round(size * rng.uniform(1 - share, 1 + share) / 2) * 2)


def characters(view: View) -> str:
    """All characters that the view's texts and values are made of, sorted."""
    texts = [view.title, view.subtitle, view.page, *view.prose, *view.notes]
    for part in view.parts:
        texts += [part.title, *(c.header for c in part.columns)]
        texts += [show(v, c.format, view.locale) for row in part.rows for c, v in zip(part.columns, row, strict=True)]
    return "".join(sorted(set("".join(texts))))


def drawable(text: str, families: Iterable[str]) -> list[str]:
    """The families that have a glyph for every character, upright and bold."""
    return [f for f in families if not fonts.missing(text, f) and not fonts.missing(text, f, bold=True)]
