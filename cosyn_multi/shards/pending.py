"""Finished sets that wait in work/ until their shard closes."""

import io

from PIL import Image

from cosyn_multi.model import SetOutcome

from .atomic import write_bytes
from .folder import RunFolder


def store_outcome(folder: RunFolder, outcome: SetOutcome) -> None:
    """Keep a finished set until its shard closes."""
    write_bytes(folder.work_file(outcome.index), outcome.model_dump_json(exclude={"seconds"}).encode())


def load_outcome(folder: RunFolder, index: int, pictures: bool = True) -> SetOutcome | None:
    """A set that waits in work/; None if there is none, or nothing usable: then it is to be made (again).

    Args: pictures: decode each one, as must be done before a set is written; else they aren't looked at.
    """
    try:
        outcome = SetOutcome.model_validate_json(folder.work_file(index).read_bytes())
        for picture in outcome.image_set.pictures if outcome.image_set and pictures else ():
            decode(picture.rendering.png)
    except (OSError, SyntaxError, ValueError):
        return None
    return outcome


def decode(png: bytes) -> None:
    """Decode a picture to its last pixel. Raises: OSError, SyntaxError or ValueError if it is broken."""
    with Image.open(io.BytesIO(png)) as picture:
        picture.load()
