"""`cosyn-multi qa`: questions that people write."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .downloads import AllowPrivate, AtOnce, MaxBytes, PerHost, Timeout, Tries, fetch_options

if TYPE_CHECKING:
    from cosyn_multi.llm.office import LlmOptions
    from cosyn_multi.qa.problems import Problem

app = typer.Typer(
    no_args_is_help=True,
    help="Questions that people write on sets of related images, with answers that a model drafts: start, group, annotate, filter, export, stats.",
)

Run = Annotated[Path, typer.Argument(help="Folder of a run that `qa start` made.")]
Model = Annotated[str, typer.Option(help="Language model, as its provider names it.")]
Way = Annotated[str, typer.Option("--llm", help="How the model is asked: anthropic, openai, batch or files.")]
BaseUrl = Annotated[str | None, typer.Option(help="Where the provider's server is; default: the vendor's.")]
Budget = Annotated[float | None, typer.Option(help="Dollars that the run may cost in all.")]
PriceFile = Annotated[Path | None, typer.Option("--prices", help="A file of prices that win over the built-in ones.")]
Replay = Annotated[bool, typer.Option("--replay", help="Answer from the run's ledger alone.")]


@app.command("start")
def start(
    images: Annotated[list[str] | None, typer.Argument(help="Image files, folders, addresses, Parquet or JSON lines with images or addresses.")] = None,
    out: Annotated[Path, typer.Option(help="Folder of the run; one that exists takes in more.")] = Path("outputs/qa"),
    captions: Annotated[Path | None, typer.Option(help="JSON lines or Parquet: an image's name, and its caption.")] = None,
    caption_with: Annotated[str | None, typer.Option(help="`llm`: have captions written where there is none.")] = None,
    from_run: Annotated[Path | None, typer.Option(help="Images and captions of a run of `generate`.")] = None,
    model: Model = "", way: Way = "anthropic", base_url: BaseUrl = None, budget: Budget = None,
    prices: PriceFile = None, replay: Replay = False, at_once: AtOnce = 16, per_host: PerHost = 4, tries: Tries = 4,
    timeout: Timeout = 20, max_bytes: MaxBytes = 40_000_000, allow_private: AllowPrivate = False,
) -> None:  # fmt: skip
    """Take in images and their captions; those that come as an address alone are downloaded."""
    from cosyn_multi.errors import ConfigError, unknown
    from cosyn_multi.qa.start import start as begin

    if caption_with not in (None, "llm"):
        raise ConfigError(f"--caption-with {unknown('way', caption_with or '', ['llm'])}")
    if not images and captions is None and from_run is None and caption_with is None:
        raise ConfigError("qa start: nothing to take in; give images, --from-run, --captions or --caption-with llm")
    options = _options("--caption-with llm", model, way, base_url, budget, prices, replay) if caption_with else None
    fetching = fetch_options(at_once, per_host, tries, timeout, max_bytes, allow_private)
    begun = begin(out, images or [], captions, from_run, options, _say, fetching)
    _tell(begun.problems)
    print(begun.line)


@app.command("group")
def group(
    run: Run,
    seed: Annotated[int, typer.Option(min=0, help="Root of every draw.")] = 0,
    sizes: Annotated[str, typer.Option(help="Sizes and their shares, as 2:52,3:30,4:14,5:4; default: mean 2.7.")] = "",
    per_image: Annotated[int, typer.Option(min=1, help="Sets that one image is in at most.")] = 3,
    floor: Annotated[float, typer.Option(min=-1, max=1, help="Least similarity of any two captions of a set.")] = 0.45,
    embedder: Annotated[str, typer.Option(help="What turns captions into vectors.")] = "sentence",
) -> None:
    """Form sets of 2 to 5 images by the similarity of their captions."""
    from cosyn_multi.gather.embed import embedder as named
    from cosyn_multi.gather.sets import sized
    from cosyn_multi.qa.grouping import group as form
    from cosyn_multi.qa.grouping import shape_of
    from cosyn_multi.qa.store import Store

    store = Store(run)
    found = form(store, named(embedder), shape_of(sized(sizes) if sizes else None, per_image, floor), seed)
    store.close()
    print(
        f"{found.sets} sets, {found.mean:.2f} images in the mean ({found.added} new, {found.stayed} earlier ones stay for the work on "
        f"them); {found.alone} images near no other, {found.uncaptioned} without a caption"
    )


@app.command("annotate")
def annotate(
    run: Run,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8766,
    host: Annotated[str, typer.Option(help="Address to listen on; beyond this machine a token is asked for.")] = "127.0.0.1",
    double: Annotated[float, typer.Option(min=0, max=1, help="Share of questions that a second person answers, too.")] = 0.1,
    model: Model = "", way: Way = "anthropic", base_url: BaseUrl = None, budget: Budget = None,
    prices: PriceFile = None, replay: Replay = False,
) -> None:  # fmt: skip
    """A page to write questions on, until Ctrl-C. With --model, a model drafts answers."""
    from cosyn_multi.qa.page.serve import serve

    options = _options("annotate", model, way, base_url, budget, prices, replay) if model else None
    serve(run, options, double=double, port=port, host=host, say=_say)


@app.command("filter")
def filtered(
    run: Run,
    language: Annotated[str, typer.Option(help="Language that questions and answers are to be in (ISO 639-1).")] = "en",
    judge: Annotated[str | None, typer.Option(help="`llm`: a model judges what the rules left.")] = None,
    model: Model = "", way: Way = "anthropic", base_url: BaseUrl = None, budget: Budget = None,
    prices: PriceFile = None, replay: Replay = False,
) -> None:  # fmt: skip
    """Drop questions that aren't good ones, each with its reason; `annotate` shows them, and takes drops back."""
    from cosyn_multi.errors import ConfigError, unknown
    from cosyn_multi.qa.drops import REASONS
    from cosyn_multi.qa.filtering import filter_questions
    from cosyn_multi.qa.store import Store

    if judge not in (None, "llm"):
        raise ConfigError(f"--judge {unknown('judge', judge or '', ['llm'])}")
    options = _options("--judge llm", model, way, base_url, budget, prices, replay) if judge else None
    store = Store(run)
    found = filter_questions(store, language, options, _say)
    store.close()
    _tell(found.problems)
    for reason, n in sorted(found.reasons.items()):
        print(f"{n:5}  {REASONS.get(reason, reason)}")
    waits = f"; {found.waiting} wait for the model: run again later" if found.waiting else ""
    print(f"{found.judged} questions, {found.out} left out, {found.taken_back} stay because people said so{waits}")


@app.command("export")
def export(
    run: Run,
    embed_images: Annotated[
        bool | None,
        typer.Option(
            "--embed-images/--no-embed-images", help="The images' bytes, too; default: if one has no address."
        ),
    ] = None,
) -> None:
    """Write the questions that stay as Parquet, into the run's folder."""
    from cosyn_multi.qa.exporting import export as write
    from cosyn_multi.qa.store import Store

    store = Store(run)
    done = write(store, embed_images)
    store.close()
    _tell(done.problems)
    for reason, n in done.left_out.items():
        print(f"{n} questions {reason}")
    held = "with the images' bytes" if done.embedded else "images by address"
    print(f"{done.questions} questions on {done.rows} sets ({done.images} images) in {run / 'data'}, {held}")


@app.command("stats")
def stats(run: Run, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """How far the work is, per person, and how well two people agree."""
    from rich.console import Console

    from cosyn_multi.qa.stats import stats as count
    from cosyn_multi.qa.store import Store

    store = Store(run)
    found = count(store)
    store.close()
    if as_json:
        print(json.dumps(found, indent=1, ensure_ascii=False))
        return
    console = Console(highlight=False, markup=False)
    for section, values in found.items():
        if values:
            console.print(section)
            for name, value in values.items():
                console.print(f"  {name}: {value['line'] if isinstance(value, dict) else value}")


def _options(
    why: str, model: str, way: str, base_url: str | None, budget: float | None, prices: Path | None, replay: bool
) -> "LlmOptions":
    from cosyn_multi.errors import ConfigError
    from cosyn_multi.llm.office import LlmOptions

    if not model.strip():
        raise ConfigError(f"{why}: --model is missing; say which model, e.g. --model claude-sonnet-5-5")
    return LlmOptions(llm=way, model=model, base_url=base_url, budget=budget, prices=prices, replay=replay)


def _tell(problems: "list[Problem]") -> None:
    from cosyn_multi.qa.problems import told

    for line in told(problems):
        _say(line)


def _say(line: str) -> None:
    print(line, flush=True)
