"""Everything that a run of questions by people holds, over one file."""

from pathlib import Path

from .database import FILE, Database
from .drops import Drops
from .looks import Looks
from .pictures import Pictures
from .questions import Questions
from .sets import Sets
from .talk import Talk


class Store:
    """Raises: RunError for a folder that holds no such run, unless `make` says to begin one."""

    def __init__(self, run: Path, make: bool = False) -> None:
        self.run = run
        self.database = Database(run, make)
        self.pictures = Pictures(self.database)
        self.sets = Sets(self.database)
        self.questions = Questions(self.database)
        self.talk = Talk(self.database)
        self.looks = Looks(self.database)
        self.drops = Drops(self.database)

    def close(self) -> None:
        self.database.close()

    def remove(self) -> None:
        """Take back a run that was only begun."""
        self.close()
        for file in self.run.glob(f"{FILE}*"):
            file.unlink()
        if not any(self.run.iterdir()):
            self.run.rmdir()
