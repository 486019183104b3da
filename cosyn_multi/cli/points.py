"""`cosyn-multi points`: multi-image pointing and counting."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .downloads import AllowPrivate, AtOnce, MaxBytes, PerHost, Timeout, Tries, fetch_options

if TYPE_CHECKING:
    from cosyn_multi.llm.office import LlmOptions
    from cosyn_multi.points.cluster import ClusterOptions

app = typer.Typer(
    no_args_is_help=True,
    help="Pointing and counting over 2 to 5 images, from point annotations or from our own renderings.",
)

Sources = Annotated[
    list[str], typer.Argument(metavar="ANNOTATIONS...", help="Parquet, JSON lines, a folder, or a data set's name.")
]
Run = Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a points run.")]
Out = Annotated[Path, typer.Option("--out", help="Folder of the points run.")]
Most = Annotated[int | None, typer.Option("-n", "--sets", min=1, help="Most sets; default: all that can be formed.")]
Seed = Annotated[int, typer.Option(help="Root of every random choice.")]
Sizes = Annotated[str | None, typer.Option(help="Wanted sizes and their shares: 2:30,3:33,4:24,5:13.")]
WordWeight = Annotated[float | None, typer.Option(help="Weight of the labels' heads against whole labels: 0.4.")]
Word = Annotated[str, typer.Option(help="Embedder of heads: token, word (static English vectors), or a package's.")]
Sentence = Annotated[str, typer.Option(help="Embedder of whole labels.")]
Floor = Annotated[float | None, typer.Option(help="Least similarity of any two labels of a set: 0.65.")]
PerItem = Annotated[int | None, typer.Option(help="Most sets that one annotation is in: 2.")]
PerImage = Annotated[int | None, typer.Option(help="Most sets that one image is in: 12.")]
Words = Annotated[Path | None, typer.Option(help="A TOML file of words and synonyms that adds to the built-in one.")]
Languages = Annotated[str | None, typer.Option(help="Only the words of these languages: en,de. Default: all.")]
Llm = Annotated[
    str | None,
    typer.Option(help="Ask a model for canonical labels: anthropic, batch, openai, files. Default: no model."),
]
Model = Annotated[str | None, typer.Option(help="The model that is asked.")]
BaseUrl = Annotated[str | None, typer.Option(help="The provider's server; default: the vendor's.")]
Budget = Annotated[float | None, typer.Option(help="Dollars that the run may cost in all.")]
Prices = Annotated[Path | None, typer.Option(help="A prices.toml that wins over the built-in one.")]
Replay = Annotated[bool, typer.Option("--replay", help="Answer from the run's ledger alone.")]
Embed = Annotated[bool, typer.Option("--embed-images", help="Put the pictures' bytes into the Parquet files.")]
ShardSize = Annotated[int, typer.Option(min=1, help="Sets per Parquet file.")]


def say(line: str) -> None:
    print(line, flush=True)


@app.command("build")
def build(
    annotations: Sources, out: Out, n: Most = None, seed: Seed = 0, sizes: Sizes = None, word_weight: WordWeight = None,
    word: Word = "token", sentence: Sentence = "sentence", floor: Floor = None, per_item: PerItem = None,
    per_image: PerImage = None, words: Words = None, languages: Languages = None, llm: Llm = None, model: Model = None,
    base_url: BaseUrl = None, budget: Budget = None, prices: Prices = None, replay: Replay = False,
    embed_images: Embed = False, shard_size: ShardSize = 5000,
) -> None:  # fmt: skip
    """All steps: cluster, normalise, canonical, assemble."""
    from cosyn_multi.points import build as steps
    from cosyn_multi.points.assemble import AssembleOptions

    options = _cluster_options(
        n, seed, sizes, word_weight, word, sentence, floor, per_item, per_image, words, languages
    )  # fmt: skip
    asked = _llm_options(llm, model, base_url, budget, prices, replay)
    steps.build(
        out, annotations, options, asked, AssembleOptions(embed_images=embed_images, shard_size=shard_size), say
    )
    say(f"Look at it: cosyn-multi points sample {out} -n 5, or cosyn-multi gallery {out}")


@app.command("cluster")
def cluster(
    annotations: Sources, out: Out, n: Most = None, seed: Seed = 0, sizes: Sizes = None, word_weight: WordWeight = None,
    word: Word = "token", sentence: Sentence = "sentence", floor: Floor = None, per_item: PerItem = None,
    per_image: PerImage = None, words: Words = None, languages: Languages = None,
) -> None:  # fmt: skip
    """Step 1: read annotations and form soft sets of 2 to 5 images by what their labels mean."""
    from cosyn_multi.points.build import start

    options = _cluster_options(
        n, seed, sizes, word_weight, word, sentence, floor, per_item, per_image, words, languages
    )  # fmt: skip
    start(out, annotations, options, say)


@app.command("normalise")
def normalise(run: Run) -> None:
    """Step 2: every label in its usual form."""
    from cosyn_multi.points import build as steps
    from cosyn_multi.points.folder import PointsFolder

    steps.normalise(PointsFolder(run).open(), say)


@app.command("canonical")
def canonical(
    run: Run, llm: Llm = None, model: Model = None, base_url: BaseUrl = None, budget: Budget = None,
    prices: Prices = None, replay: Replay = False,
) -> None:  # fmt: skip
    """Step 3: one label per set; a model judges which images stay."""
    from cosyn_multi.points import canonical as step
    from cosyn_multi.points.build import options_of
    from cosyn_multi.points.folder import PointsFolder

    folder = PointsFolder(run).open()
    step.canonical(folder, options_of(folder), _llm_options(llm, model, base_url, budget, prices, replay), say)


@app.command("assemble")
def assemble(run: Run, embed_images: Embed = False, shard_size: ShardSize = 5000) -> None:
    """Step 4: Parquet files; dead images leave their sets."""
    from cosyn_multi.points import assemble as step
    from cosyn_multi.points.folder import PointsFolder

    options = step.AssembleOptions(embed_images=embed_images, shard_size=shard_size)
    step.assemble(PointsFolder(run).open(), options, say)


@app.command("fetch")
def fetch(
    run: Run,
    at_once: AtOnce = 16,
    per_host: PerHost = 4,
    tries: Tries = 4,
    timeout: Timeout = 20,
    max_bytes: MaxBytes = 40_000_000,
    allow_private: AllowPrivate = False,
    embed_images: Embed = False,
    shard_size: ShardSize = 5000,
) -> None:
    """Download the pictures of the sets, then assemble again without the dead ones."""
    from cosyn_multi.points.assemble import AssembleOptions
    from cosyn_multi.points.fetching import fetch_run
    from cosyn_multi.points.folder import PointsFolder

    options = fetch_options(at_once, per_host, tries, timeout, max_bytes, allow_private)
    written = AssembleOptions(embed_images=embed_images, shard_size=shard_size)
    fetch_run(PointsFolder(run).open(), options, written, say)


@app.command("from-run")
def from_run(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run of `generate`.")],
    out: Out,
    n: Most = None,
    seed: Seed = 0,
    per_set: Annotated[int, typer.Option(min=1, help="Most entities pointed at per set of images.")] = 6,
    shard_size: Annotated[int, typer.Option(min=1, help="Rows per Parquet file.")] = 500,
) -> None:
    """Pointing data from our own renderings, exact by construction."""
    from cosyn_multi.points.from_run import FromRunOptions, points_from_run

    points_from_run(run, out, FromRunOptions(seed=seed, rows=n, per_set=per_set, shard_size=shard_size), say)


@app.command("sample")
def sample(
    run: Run,
    n: Annotated[int, typer.Option("-n", min=1, help="Samples.")] = 10,
    seed: Seed = 0,
    epoch: Annotated[int, typer.Option(min=0, help="Samples of another epoch are drawn anew.")] = 0,
    p_original: Annotated[float, typer.Option(min=0, max=1, help="Odds of an annotator's own label.")] = 0.5,
    p_all_images: Annotated[float, typer.Option(min=0, max=1, help="Odds of the whole set.")] = 0.5,
    p_negative: Annotated[float, typer.Option(min=0, max=1, help="Odds of asking where there are none.")] = 0.05,
    tab: Annotated[bool, typer.Option("--tab", help="A tab between images in targets, not ';'.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON lines.")] = False,
) -> None:
    """What training would see: prompts and targets."""
    from cosyn_multi.points.sampler import PointSampler, Sampling
    from cosyn_multi.points.training import rows_of
    from cosyn_multi.seeds import stream

    rows = list(rows_of(run))
    sampling = Sampling(
        p_original=p_original, p_all_images=p_all_images, p_negative=p_negative, separator="\t" if tab else ";"
    )
    sampler = PointSampler(rows, seed, epoch, sampling)
    for index in stream(seed, epoch, "shown").sample(range(len(rows)), min(n, len(rows))):
        drawn = sampler[index]
        if as_json:
            say(json.dumps(drawn._asdict(), ensure_ascii=False))
            continue
        say(f"{drawn.id}  images {', '.join(str(i + 1) for i in drawn.images)}  {drawn.style}")
        say(f"  > {drawn.prompt}\n  < {drawn.target}")


def _cluster_options(
    n: int | None, seed: int, sizes: str | None, word_weight: float | None, word: str, sentence: str,
    floor: float | None, per_item: int | None, per_image: int | None, words: Path | None, languages: str | None,
) -> "ClusterOptions":  # fmt: skip
    from pydantic import ValidationError

    from cosyn_multi.config import explain
    from cosyn_multi.errors import ConfigError
    from cosyn_multi.gather.sets import sized
    from cosyn_multi.points.cluster import ClusterOptions

    shape: dict[str, Any] = {
        "sizes": sized(sizes) if sizes else None, "floor": floor, "per_item": per_item, "per_image": per_image,
    }  # fmt: skip
    base = ClusterOptions().shape.model_dump()
    given = {
        "seed": seed, "sets": n, "word_weight": word_weight, "word": word, "sentence": sentence, "words": words,
        "languages": tuple(languages.split(",")) if languages else None,
        "shape": base | {k: v for k, v in shape.items() if v is not None},
    }  # fmt: skip
    try:
        return ClusterOptions.model_validate({k: v for k, v in given.items() if v is not None})
    except ValidationError as error:
        raise ConfigError(explain(error, "")) from error


def _llm_options(
    llm: str | None, model: str | None, base_url: str | None, budget: float | None, prices: Path | None, replay: bool
) -> "LlmOptions | None":
    from cosyn_multi.errors import ConfigError
    from cosyn_multi.llm.office import LlmOptions

    if llm is None:
        if model or replay:
            raise ConfigError("--model, --replay: say with --llm how the model is (or was) asked, e.g. --llm anthropic")
        return None
    if not model:
        raise ConfigError("--model: missing; say which model is asked, e.g. --model claude-sonnet-5")
    return LlmOptions(llm=llm, model=model, base_url=base_url, budget=budget, prices=prices, replay=replay)
