"""`push`: a finished run becomes a dataset repository of the Hugging Face hub, in one commit or not at all."""

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .errors import ConfigError, RunError, SetupError, UserError
from .shards.finished import require_finished
from .shards.read import Run
from .storage import RemotePath

BESIDE: Final = (
    "README.md",
    "run.toml",
    "manifest.json",
    "rejects.jsonl",
    "manifest/environment.json",
    "manifest/merged.json",
    "manifest/uncaged",
)
"""What goes along with the shards, where it is there. Verdicts, ledgers and requests stay: they are about people and keys."""


@dataclass(frozen=True)
class Parcel:
    """What goes, and where to."""

    repo: str
    files: tuple[tuple[Path, str, int], ...]
    """File, path in the repository, bytes."""

    @property
    def bytes(self) -> int:
        return sum(size for _, _, size in self.files)


def packed(run: Run, repo: str) -> Parcel:
    """The parcel of a run. Needs neither network nor token.

    Raises: ConfigError if no repository can have that name; RunError if the run isn't finished or lies in a store;
    SetupError without the library.
    """
    _valid(repo)
    root = run.folder.path
    if isinstance(root, RemotePath):
        raise RunError(f"{root}: lies in a store; copy it into a folder, and push that")
    require_finished(run)
    recorded = [f.path for r in run.records for f in (*r.files, r.rejects)]
    records = [run.folder.record_file(r.shard).relative_to(root).as_posix() for r in run.records]
    beside = [name for name in BESIDE if (root / name).is_file()]
    card = sorted(p.relative_to(root).as_posix() for p in (root / "card").glob("*.png"))
    names = [*beside, *card, *records, *recorded]
    return Parcel(repo, tuple((root / name, name, (root / name).stat().st_size) for name in names))


def push(parcel: Parcel, private: bool = False) -> str:
    """Make the repository if it isn't there, and commit the parcel. Returns: the commit's address.

    Raises: SetupError if the token is missing or isn't good for this repository; UserError, one line, for what else the hub
    or the network refuses. What was uploaded before a commit that failed is not seen by anybody, and not sent again.
    """
    from huggingface_hub import CommitOperationAdd, HfApi, get_token
    from huggingface_hub.errors import HfHubHTTPError, HTTPError
    from huggingface_hub.utils import disable_progress_bars

    token = get_token()
    if not token:
        raise SetupError("no token for the hub: set HF_TOKEN, or log in with `hf auth login`")
    if not sys.stderr.isatty():
        disable_progress_bars()
    api = HfApi(token=token)
    operations = [
        CommitOperationAdd(path_in_repo=name, path_or_fileobj=_card(file, parcel.repo) if name == "README.md" else file)
        for file, name, _ in parcel.files
    ]
    try:
        api.create_repo(parcel.repo, repo_type="dataset", private=private or None, exist_ok=True)
        done = api.create_commit(
            parcel.repo, operations, repo_type="dataset", commit_message=f"{len(operations)} files of a cosyn-multi run"
        )
    except HfHubHTTPError as error:
        raise _refused(error, parcel.repo) from error
    except (HTTPError, OSError, RuntimeError, ValueError) as error:
        said = (str(error.__cause__ or error).splitlines() or [type(error).__name__])[0]
        raise UserError(
            f"--repo {parcel.repo}: {api.endpoint} can't be reached or answers strangely: {said}"
        ) from error
    return str(done.commit_url)


def _card(file: Path, repo: str) -> bytes:
    """The card, which says how to load the dataset from where it is now."""
    text = file.read_text(encoding="utf-8")
    return re.sub(r"load_dataset\(\"[^\"]*\"", lambda _: f"load_dataset({json.dumps(repo)}", text).encode()


def _refused(error: "Exception", repo: str) -> UserError:
    """A refusal of the hub, in one line. error: an HfHubHTTPError."""
    response = getattr(error, "response", None)
    status = getattr(response, "status_code", 0)
    said = (getattr(error, "server_message", None) or (str(error).splitlines() or [""])[0]).strip()
    if status in (401, 403):
        return SetupError(
            f"--repo {repo}: the hub refuses the token ({status}: {said}); it needs the right to write there"
        )
    return UserError(f"--repo {repo}: the hub refuses ({status}: {said})")


def _valid(repo: str) -> None:
    try:
        from huggingface_hub.errors import HFValidationError
        from huggingface_hub.utils import validate_repo_id
    except ImportError as error:
        raise SetupError("push needs huggingface_hub; pip install 'cosyn-multi[hub]'") from error
    try:
        validate_repo_id(repo)
        fault = "" if repo.count("/") == 1 else "it is USER/NAME"
    except HFValidationError as error:
        fault = str(error).splitlines()[0]
    if fault:
        raise ConfigError(
            f"--repo {repo!r}: no repository can have that name: {fault}; write e.g. you/charts-and-tables"
        )
