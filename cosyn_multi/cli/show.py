"""`cosyn-multi show`."""

import tempfile
from pathlib import Path
from typing import Annotated

import typer


def command(
    run: Annotated[Path, typer.Argument(help="Folder of a run.")],
    set_id: Annotated[str, typer.Argument(metavar="ID", help="A set's id, as `stats` and the shards have it.")],
    to: Annotated[Path | None, typer.Option(help="Folder for the images; default: a new temporary one.")] = None,
    blind: Annotated[bool, typer.Option("--blind", help="Leave answers and explanations out.")] = False,
) -> None:
    """One set in the terminal; its images are written to a folder and their paths printed."""
    from cosyn_multi.errors import RunError
    from cosyn_multi.shards.read import open_run

    made = open_run(run).get(set_id)
    folder = to or Path(tempfile.mkdtemp(prefix="cosyn-multi-"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(f"--to {folder}: {error.strerror}; choose a folder that can be written") from error
    plan = made.plan
    print(f"{made.id}: {plan.scenario}, {plan.domain}, {plan.world.locale}: {plan.topic}\n{plan.persona}\n")
    for picture in made.pictures:
        file = folder / f"{made.id}-{picture.view.image}.png"
        file.write_bytes(picture.rendering.png)
        print(
            f"image {picture.view.image}: {picture.view.document or picture.view.artifact} by {picture.template}: {file}"
        )
    for number, question in enumerate(made.questions, 1):
        print(f"\n{number}. [{question.draft.kind}] {question.draft.text}")
        if not blind:
            print(f"   -> {question.text_answer}\n   {question.explanation}")
