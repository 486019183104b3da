"""Shapes for PDF pages: rules, stamps, signatures, logos. Flowables without text of the view's."""

import math
from random import Random
from typing import Any, Literal

from reportlab.lib.colors import HexColor
from reportlab.platypus import Flowable

from .pdf_text import Face, width_of

LogoForm = Literal["disc", "bars", "ring", "peak", "leaf", "grid"]
LOGOS: tuple[LogoForm, ...] = ("disc", "bars", "ring", "peak", "leaf", "grid")


class Rule(Flowable):  # type: ignore[misc]
    """A line across its place."""

    def __init__(self, color: str, weight: float = 1, dash: tuple[float, ...] = (), share: float = 1) -> None:
        super().__init__()
        self.color, self.weight, self.dash, self.share = color, weight, dash, share

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.width = width
        return width, self.weight

    def draw(self) -> None:
        self.canv.setStrokeColor(HexColor(self.color))
        self.canv.setLineWidth(self.weight)
        self.canv.setDash(list(self.dash))
        self.canv.line(0, self.weight / 2, self.width * self.share, self.weight / 2)
        self.canv.setDash([])


class Stamp(Flowable):  # type: ignore[misc]
    """A rubber stamp: a word in a double frame, turned by some degrees."""

    def __init__(self, text: str, font: Face, size: float, color: str, angle: float = 8) -> None:
        super().__init__()
        self.text, self.font, self.size, self.color, self.angle = text, font, size, color, angle
        self.w, self.h = width_of(text, font, size) + 1.6 * size, 2.0 * size
        turn = math.radians(abs(angle))
        self.outer_w = self.w * math.cos(turn) + self.h * math.sin(turn)
        self.outer_h = self.w * math.sin(turn) + self.h * math.cos(turn)

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        return self.outer_w, self.outer_h

    def draw(self) -> None:
        canvas = self.canv
        canvas.saveState()
        canvas.translate(self.outer_w / 2, self.outer_h / 2)
        canvas.rotate(self.angle)
        canvas.setStrokeColor(HexColor(self.color))
        canvas.setFillColor(HexColor(self.color))
        for inset, weight in ((0, 0.14), (0.22, 0.05)):
            canvas.setLineWidth(weight * self.size)
            step = inset * self.size
            canvas.roundRect(
                -self.w / 2 + step, -self.h / 2 + step, self.w - 2 * step, self.h - 2 * step, 0.25 * self.size
            )
        canvas.setFont(self.font.name, self.size)
        canvas.drawCentredString(0, -0.34 * self.size, self.text)
        canvas.restoreState()


class Scribble(Flowable):  # type: ignore[misc]
    """A signature in pen: a tall initial, a few loops and a flourish, drawn from the stream that it is handed."""

    def __init__(self, rng: Random, width: float, height: float, color: str) -> None:
        super().__init__()
        self.w, self.h, self.color = width * rng.uniform(0.7, 1.0), height, color
        self.slant = rng.uniform(-0.1, 0.5)
        self.initial = rng.uniform(0.8, 1.0), rng.uniform(0.5, 1.3)
        self.loops = [(rng.choice((0.25, 0.3, 0.4, 0.75)), rng.uniform(0.5, 1.4)) for _ in range(rng.randint(3, 8))]
        self.tail = rng.uniform(-0.35, 0.45), rng.uniform(0.5, 2.2)

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.w = min(self.w, width)
        return self.w, self.h

    def draw(self) -> None:
        path = self.canv.beginPath()
        unit = self.w / (self.initial[1] + sum(wide for _, wide in self.loops) + self.tail[1] + 0.5)
        x, base = 0.1 * unit, 0.28 * self.h
        path.moveTo(x, base + 0.3 * self.h)
        for rise, wide in (self.initial, *self.loops):
            top, step, lean = base + rise * (self.h - base), wide * unit, self.slant * unit
            path.curveTo(x + lean, top, x + lean + 1.1 * step, top, x + 0.55 * step, base)
            path.curveTo(x + 0.4 * step, base - 0.16 * self.h, x + 0.85 * step, base - 0.05 * self.h, x + step, base)
            x += step
        end = x + self.tail[1] * unit
        path.curveTo(x + 0.3 * unit, base - 0.2 * self.h, end - 0.4 * unit, base, end, base + self.tail[0] * self.h)
        self.canv.setStrokeColor(HexColor(self.color))
        self.canv.setLineWidth(1.5)
        self.canv.setLineCap(1)
        self.canv.drawPath(path, stroke=1, fill=0)
        self.canv.setLineCap(0)


class Logo(Flowable):  # type: ignore[misc]
    """A plain mark as firms have them, in two colours."""

    def __init__(self, form: LogoForm, size: float, color: str, second: str) -> None:
        super().__init__()
        self.form, self.size, self.color, self.second = form, size, color, second

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        return self.size, self.size

    def draw(self) -> None:
        canvas = self.canv
        canvas.saveState()
        canvas.scale(self.size / 100, self.size / 100)
        canvas.setFillColor(HexColor(self.color))
        canvas.setStrokeColor(HexColor(self.color))
        getattr(self, f"_{self.form}")(canvas)
        canvas.restoreState()

    def _disc(self, canvas: Any) -> None:
        canvas.circle(50, 50, 50, stroke=0, fill=1)
        canvas.setFillColor(HexColor(self.second))
        canvas.wedge(12, 12, 88, 88, 30, 160, stroke=0, fill=1)

    def _bars(self, canvas: Any) -> None:
        for i, height in enumerate((45, 100, 70)):
            canvas.setFillColor(HexColor(self.second if i == 1 else self.color))
            canvas.roundRect(4 + 33 * i, 0, 26, height, 5, stroke=0, fill=1)

    def _ring(self, canvas: Any) -> None:
        canvas.setLineWidth(18)
        canvas.circle(50, 50, 40, stroke=1, fill=0)
        canvas.setFillColor(HexColor(self.second))
        canvas.circle(50, 50, 15, stroke=0, fill=1)

    def _peak(self, canvas: Any) -> None:
        for points, color in (((0, 5, 42, 95, 84, 5), self.color), ((46, 5, 73, 62, 100, 5), self.second)):
            path = canvas.beginPath()
            path.moveTo(*points[:2])
            path.lineTo(*points[2:4])
            path.lineTo(*points[4:])
            path.close()
            canvas.setFillColor(HexColor(color))
            canvas.drawPath(path, stroke=0, fill=1)

    def _leaf(self, canvas: Any) -> None:
        path = canvas.beginPath()
        path.moveTo(5, 10)
        path.curveTo(0, 70, 40, 98, 96, 94)
        path.curveTo(98, 40, 65, 4, 5, 10)
        canvas.drawPath(path, stroke=0, fill=1)
        canvas.setStrokeColor(HexColor(self.second))
        canvas.setLineWidth(6)
        canvas.line(8, 12, 70, 70)

    def _grid(self, canvas: Any) -> None:
        for i in range(4):
            canvas.setFillColor(HexColor(self.second if i == 2 else self.color))
            canvas.rect(52 * (i % 2), 52 * (i // 2), 46, 46, stroke=0, fill=1)
