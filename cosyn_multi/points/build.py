"""The steps of a points run, one by one and all together."""

import json
from collections.abc import Sequence
from pathlib import Path

from cosyn_multi.errors import ConfigError, RunError
from cosyn_multi.gather.embed import check_embedder
from cosyn_multi.llm.office import LlmOptions
from cosyn_multi.shards.atomic import write_text

from .assemble import AssembleOptions, assemble
from .canonical import canonical
from .cluster import ClusterOptions, Say, cluster, read
from .folder import PointsFolder


def start(out: Path, sources: Sequence[Path | str], options: ClusterOptions, say: Say) -> PointsFolder:
    """Step 1 in a new or an older folder: read annotations, form sets. Raises: UserError kin."""
    if out.is_file():
        raise RunError(f"--out {out}: is a file; choose a folder")
    if (out / "run.toml").exists():
        raise RunError(f"--out {out}: holds a run of `generate`; choose another folder")
    if not sources:
        raise ConfigError("ANNOTATIONS: missing; give Parquet or JSON lines files, or a data set's name")
    options.normaliser  # noqa: B018  # a wrong file of words is told before anything is read
    for name in (options.sentence, options.word):
        check_embedder(name)
    folder = PointsFolder(out)
    annotations = read(folder, sources, say)
    settings = {"sources": [Path(str(s)).name for s in sources], "options": options.model_dump(mode="json")}
    write_text(folder.settings_file, _json(settings))
    cluster(folder, annotations, options, say)
    return folder


def options_of(folder: PointsFolder) -> ClusterOptions:
    """The options that a run was started with."""
    return ClusterOptions.model_validate(folder.settings()["options"])


def normalise(folder: PointsFolder, say: Say) -> None:
    """Step 2: every label in its usual form."""
    normaliser = options_of(folder).normaliser
    folder.require("cluster")
    folder.begin("normalise")
    labels = sorted({a.label for a in folder.annotations().values()})
    forms = [{"label": label, "normalized": normaliser(label)} for label in labels]
    folder.write_lines(folder.path / "labels.jsonl", forms)
    different = len({f["normalized"] for f in forms})
    folder.count("normalise", {"labels": len(labels), "normalized": different})
    say(f"normalise: {len(labels):,} labels are {different:,} normalised ones")


def build(
    out: Path, sources: Sequence[Path | str], options: ClusterOptions, llm: LlmOptions | None,
    written: AssembleOptions, say: Say,
) -> PointsFolder:  # fmt: skip
    """All steps. Raises: UserError kin."""
    folder = start(out, sources, options, say)
    normalise(folder, say)
    canonical(folder, options, llm, say)
    assemble(folder, written, say)
    return folder


def _json(settings: object) -> str:

    return json.dumps(settings, indent=1, ensure_ascii=False) + "\n"
