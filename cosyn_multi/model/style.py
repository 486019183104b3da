"""Style: how an image looks. Drawn from the set's seed; never changes what is true."""

from pydantic import Field

from .base import Frozen


class Style(Frozen):
    """Everything a template may vary. Sizes are CSS pixels; the picture has exactly width_px x height_px, or for pages
    that grow with their content, width_px and the height it took."""

    width_px: int = Field(900, ge=300, le=2400)
    height_px: int = Field(1100, ge=240, le=2400)
    font: str = Field("Lato", description="Body family, one of renderers.fonts.FAMILIES.")
    heading_font: str = "Lato"
    font_px: float = Field(14, ge=10, le=26, description="Body text size; nothing readable is smaller than 0.75 of it.")
    density: float = Field(1.0, ge=0.7, le=1.4, description="Multiplies paddings and line heights.")
    palette: tuple[str, ...] = Field(
        ("#1f5a94", "#d1702a", "#3b8651", "#8c4a86", "#a8383b", "#4d4d4d"), description="Series colours."
    )
    accent: str = "#1f5a94"
    ink: str = "#1c1c1c"
    muted: str = "#5a5a5a"
    paper: str = "#ffffff"
    band: str = Field("#f1f4f8", description="Background of header rows and bands.")
    options: dict[str, str | int | float | bool] = Field({}, description="The template's own options, one value each.")
