"""What is drawn: a template's own sample."""

from cosyn_multi.model import Artifact, Style, Template, View


def sample(template: Template) -> Artifact:
    """A template's own sample in its usual size, each option at its first value."""
    view = View.model_validate_json((template.folder / "sample.json").read_text(encoding="utf-8"))
    options = {name: values[0] for name, values in template.options.items()}
    width, height = template.size_px
    return Artifact(view=view, template=template, style=Style(width_px=width, height_px=height, options=options))
