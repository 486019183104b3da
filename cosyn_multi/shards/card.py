"""The dataset card: README.md in a run's folder, with the header that `datasets` reads, and pictures of examples."""

import io
import json
from collections import Counter
from collections.abc import Iterator
from string import Template
from typing import Final

from PIL import Image

from cosyn_multi import __version__
from cosyn_multi.config import Recipe
from cosyn_multi.errors import RunError

from .atomic import write_bytes, write_text
from .folder import FileRecord, RunFolder, ShardRecord
from .read import open_run
from .rows import Row

FOLDER: Final = "card"
"""Where the pictures of examples lie."""
HEIGHT_PX: Final = 480
GAP_PX: Final = 12
SHOWN: Final = 3
"""Questions shown of an example."""
REASONS: Final = 12
"""Most frequent reasons for drops that are listed."""
SIZES: Final = ((10**3, "n<1K"), (10**4, "1K<n<10K"), (10**5, "10K<n<100K"), (10**6, "100K<n<1M"), (10**12, "n>1M"))
CHECKS: Final = """| check | a question stays only if |
| --- | --- |
| `runs` | its program is one safe SELECT that gives what the answer type asks for, and no tie decides it |
| `agrees` | a second derivation, which shares no code with the program, gives the same answer |
| `as_read` | the pictures, as read, give the answer that was intended |
| `legible` | all it rests on is in the frame, large enough, uncovered, uncut, in contrast, with every glyph |
| `robust` | the answer survives reading error of bars, points and slices without a label |
| `needs_every_image` | hiding any image that it claims to need changes the answer |
| `unambiguous` | names are unique, units and rounding stated, directions said |
| `not_leaked` | neither the question nor a title gives the answer away |
| `balanced` | yes and no, choices and answers are even, and nothing repeats |"""
CARD: Final = Template("""---
pretty_name: $quoted
license: cc-by-4.0
language:
- en
task_categories:
- visual-question-answering
- question-answering
tags:
- synthetic
- multi-image
- charts
- tables
- documents
size_categories:
- $size
$header---

# $name

$sets sets of 2 to 5 related charts, tables and documents ($images images) with $questions questions, nearly all of which
need more than one image. **Every answer is computed from what is drawn**, and can be computed again from these files alone:
`cosyn-multi verify` does.

$examples## How it was made

Made by cosyn-multi $version from recipe `$recipe`, $author.

An author writes a small world (say, three invoices of one mill) and what each image shows of it; templates draw the images; each
picture is read back, value by value, with boxes. Questions are SQL programs over the tables so read, and stay only if they pass
every check:

$checks

$yields

## What it holds

| config | sets |
| --- | --- |
$configs$kinds
| column | content |
| --- | --- |
| `id` | the set's name |
| `images` | embedded PNG bytes in the order "image 1" to "image n", 2 to 5 in a row |
| `qa_pairs` | aligned lists of `question`, `explanation` and `answer` |
| `metadata` | `num_images`, `figure_type`, `persona`, `topic`, `scenario`, `domain`, `locale` |
| `data`, `code` | what each image shows, as JSON; the template that drew it |
| `questions` | JSON: kind, answer type, unit, choices, program, evidence, and the verdict of every check |
| `readings` | JSON: every word and value that was read, with boxes |
| `tables`, `provenance` | JSON: the world and what each image shows of it; seed, author, versions |

Answers are short and typed: numbers as plain digits (a percentage with its sign), dates as YYYY-MM-DD, the members of a list
joined by "; ", images as "image 2", a choice by its text, and "Not answerable" where the images can't tell.

## How to load it

```python
from datasets import load_dataset
rows = load_dataset($quoted, "$first", split="train")
rows[0]["images"], rows[0]["qa_pairs"]["question"]
```

## Known limits

- Synthetic: worlds, names and figures are invented; a resemblance to real firms or people is chance. Layouts come from a finite
  set of templates, and phrasings from a finite set of patterns.
- Clean pictures: no photographs, scans, folds or handwriting.
- Questions are in English; images follow the customs of several locales in how numbers, dates and money are written.
- Values of marks without a label are read with a stated tolerance; such questions say how to round.
- What language models learn from it about facts of the world is nothing.

## Licence and citation

CC BY 4.0. To cite:

```bibtex
@misc{cosyn_multi_$key,
  title  = {{$name: verified multi-image questions over related charts, tables and documents}},
  note   = {{Made with cosyn-multi $version, recipe $recipe, $sets sets}}
}
```
""")


def write_card(folder: RunFolder, recipe: Recipe, totals: Counter[str], name: str) -> None:
    """Write the card and its pictures. totals: the run's counters."""
    records = folder.records()
    configs = sorted({_config(f) for r in records for f in r.files})
    shown = "".join(_example(folder, records, config) for config in configs)
    header = "".join(_files(c) for c in configs), "".join(_info(c, records) for c in configs)
    text = CARD.substitute(
        name=name, quoted=json.dumps(name), key="".join(c if c.isalnum() else "_" for c in name), version=__version__,
        size=next(s for most, s in SIZES if totals["sets"] < most), recipe=recipe.digest, checks=CHECKS,
        header=f"configs:\n{header[0]}dataset_info:\n{header[1]}" if configs else "",
        sets=totals["sets"], images=totals["images"], questions=totals["questions"],
        author=f"written by {recipe.model}" if recipe.model else "written procedurally, without a language model",
        examples=f"## Examples\n\n{shown}" if shown else "", yields=_yields(folder, totals),
        configs="".join(f"| `{c}` | {totals[f'sets_{c}']} |\n" for c in configs), kinds=_kinds(records, totals),
        first=configs[0] if configs else "mixed",
    )  # fmt: skip
    write_text(folder.path / "README.md", text)


def _config(file: FileRecord) -> str:
    return file.path.split("/")[1]


def _files(config: str) -> str:
    return f"- config_name: {config}\n  data_files:\n  - split: train\n    path: data/{config}/train-*.parquet\n"


def _info(config: str, records: list[ShardRecord]) -> str:
    """How much a config holds. `datasets` names its cache of a local folder by the folder's last name and this header
    alone: without figures, a run made anew under an old name would load as the old one."""
    files = [f for r in records for f in r.files if _config(f) == config]
    size = sum(f.bytes for f in files)
    return (
        f"- config_name: {config}\n  download_size: {size}\n  splits:\n"
        f"  - name: train\n    num_bytes: {size}\n    num_examples: {sum(f.rows for f in files)}\n"
    )


def _example(folder: RunFolder, records: list[ShardRecord], config: str) -> str:
    """The first set of a config: its pictures side by side in a file, and some of its questions."""
    file = next(f for r in records for f in r.files if _config(f) == config)
    rows = open_run(folder.path).rows(file, ["id", "images", "qa_pairs", "metadata"])
    try:
        row = next(rows, None)
        picture = _side_by_side(row) if row else b""
    except (RunError, OSError, SyntaxError, ValueError):
        return ""  # a file that was damaged meanwhile: `verify` says so, the card does without
    finally:
        rows.close()  # type: ignore[attr-defined]
    if row is None:
        return ""
    name = f"{FOLDER}/{config}.png"
    write_bytes(folder.path / name, picture)
    told = row["metadata"]
    pairs = zip(row["qa_pairs"]["question"], row["qa_pairs"]["answer"], strict=True)
    asked = "".join(f"- {_inline(q)} **{_inline(a)}**\n" for q, a in list(pairs)[:SHOWN])
    return f"**{config}** (`{row['id']}`: {told['figure_type']})\n\n![The images of the set]({name})\n\n{asked}\n"


def _inline(text: str) -> str:
    """A text on one line, in which Markdown finds nothing to format."""
    plain = " / ".join(text.split("\n"))
    return "".join("\\" + c if c in "\\`*_[]<>|#" else c for c in plain)


def _side_by_side(row: Row) -> bytes:
    """The images of a set at one height, left to right."""
    scaled = []
    for image in row["images"]:
        with Image.open(io.BytesIO(image["bytes"])) as opened:
            size = max(1, round(opened.width * HEIGHT_PX / opened.height)), HEIGHT_PX
            scaled.append(opened.convert("RGB").resize(size, Image.Resampling.LANCZOS))
    width = sum(s.width for s in scaled) + GAP_PX * (len(scaled) - 1)
    page = Image.new("RGB", (width, HEIGHT_PX), "#808080")
    x = 0
    for one in scaled:
        page.paste(one, (x, 0))
        x += one.width + GAP_PX
    out = io.BytesIO()
    page.save(out, "PNG", optimize=True)
    return out.getvalue()


def _yields(folder: RunFolder, totals: Counter[str]) -> str:
    """How many drafts stayed, and why the others went."""
    reasons = Counter(_reasons(folder))
    if not totals["drafts"]:
        return f"{totals['questions']} questions stayed."
    share = totals["questions"] / totals["drafts"]
    lines = [f"| {stage}: {reason} | {count} |\n" for (stage, reason), count in reasons.most_common(REASONS)]
    told = f"Of {totals['drafts']} drafts that were judged, {totals['questions']} questions stayed ({share:.0%}); "
    told += f"{totals['dropped_sets']} sets were dropped whole."
    table = "| dropped, most often by | times |\n| --- | --- |\n" + "".join(lines)
    return f"{told} `rejects.jsonl` has every drop with its reason.\n\n{table}".rstrip() if lines else told


def _reasons(folder: RunFolder) -> Iterator[tuple[str, str]]:
    with (folder.path / "rejects.jsonl").open("rb") as lines:
        for line in lines:
            dropped = json.loads(line)
            yield dropped["stage"], dropped["reason"]


def _kinds(records: list[ShardRecord], totals: Counter[str]) -> str:
    """Questions per kind; nothing if shards of an older version don't tell."""
    kinds: Counter[str] = Counter()
    for record in records:
        kinds.update(record.kinds)
    if not kinds or kinds.total() != totals["questions"]:
        return ""
    ordered = sorted(kinds.items(), key=lambda kv: (-kv[1], kv[0]))
    return "\n| kind of question | questions |\n| --- | --- |\n" + "".join(f"| {k} | {n} |\n" for k, n in ordered)
