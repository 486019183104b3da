"""The recorded sets as answers: which file answers which request (see ledgers/README.md)."""

import json
import re
from pathlib import Path
from typing import Any

from llm_server import Say

from cosyn_multi.authors.base import Brief
from cosyn_multi.authors.llm.setting import Setting, make_setting
from cosyn_multi.llm.ledger import Ledger
from cosyn_multi.llm.request import Message, Reply, Request

FOLDER = Path(__file__).parent / "ledgers"
RECIPE: dict[str, Any] = {"author": "llm", "model": "claude-sonnet-5-5", "seed": 160, "images": (2, 3), "questions": 4}
SETS = sorted((p for p in FOLDER.iterdir() if p.is_dir()), key=lambda p: int(p.name.partition("-")[0]))
ABOUT = re.compile(r"\A(?:#|\{#) (.*) \| (\d+)x(\d+)(?: #\})?\n")


def recorded(request: Request, index: int) -> str | None:
    """The recorded answer, or None if nobody wrote one."""
    stage = str((request.answer_schema or {})["title"]).removesuffix("Answer").lower()
    turn = (len(request.messages) + 1) // 2 + request.sample
    again = f".{turn}" if turn > 1 else ""
    if stage == "code":
        image = re.match(r"Draw image (\d)", request.messages[0].text)
        assert image
        found = next(
            (f for end in ("html", "py") if (f := SETS[index] / f"code{image[1]}{again}.{end}").is_file()), None
        )
        return code(found) if found else None
    if stage == "ask" and "asked already" in request.messages[0].text:
        stage = "ask-more"
    if stage == "derive" and turn == 1 and (SETS[index] / "derive.json").is_file():
        return derived(request, SETS[index])
    for end in ("json", "txt"):
        if (file := SETS[index] / f"{stage}{again}.{end}").is_file():
            return file.read_text(encoding="utf-8")
    return None


def code(file: Path) -> str:
    """An answer of the stage code: the file, and what its first line says."""
    text = file.read_text(encoding="utf-8")
    told = ABOUT.match(text)
    assert told, f"{file}: its first line says nothing"
    body = text[told.end() :] if file.suffix == ".html" else text
    return json.dumps({"about": told[1], "width_px": int(told[2]), "height_px": int(told[3]), "code": body})


def derived(request: Request, folder: Path) -> str:
    """Programs of the second call, by their questions' numbers in the request: recorded by a part of the question."""
    known: dict[str, str] = json.loads((folder / "derive.json").read_text(encoding="utf-8"))
    asked = re.findall(r"(?m)^(\d+)\. (.*)$", request.messages[0].text.rpartition("Questions:")[2])
    programs = [
        {"number": int(number), "program": program}
        for number, text in asked
        for part, program in known.items()
        if part in text
    ]
    return json.dumps({"programs": programs})


def waiting(run: Path) -> dict[str, tuple[Request, int]]:
    """What waits in a run, by id, with the set that asks."""
    ledger = Ledger(run / "ledger.sqlite")
    sets = dict(ledger.db.execute("SELECT digest, set_index FROM requests"))
    found = {r.id: (r, sets[r.digest]) for r in ledger.waiting()}
    ledger.close()
    return found


def respond(run: Path) -> int:
    """Play the one who answers: lay the recorded answers of all requests that lie there into responses/."""
    texts = [f.read_text(encoding="utf-8") for f in sorted((run / "requests").glob("*.jsonl"))]
    asked = [json.loads(line) for text in texts for line in text.splitlines()]
    known = waiting(run)
    lines = []
    for line in asked:
        text = recorded(*known[line["id"]])
        given = {"error": "nobody wrote an answer"} if text is None else {"text": text}
        lines.append(json.dumps({"id": line["id"], **given}))
    number = len(list((run / "responses").glob("*.jsonl")))
    (run / "responses" / f"round-{number:02d}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return len(lines)


def set_of(text: str) -> int:
    """Which set a request is about, by what its first message says: the persona, an image's form, the most questions."""
    signs: list[int] = []
    for index, folder in enumerate(SETS):
        setting = make_setting(Brief(seed=RECIPE["seed"], index=index, images=RECIPE["images"]))
        assert isinstance(setting, Setting)
        plan = json.loads(next(folder.glob("plan*.json")).read_text(encoding="utf-8"))
        derive = json.loads((folder / "derive.json").read_text(encoding="utf-8"))
        told = setting.persona in text or any(f"Form: {i['form']}\n" in text for i in plan["images"])
        signs.append(100 * told + sum(part in text for part in derive))
    assert max(signs), f"no recorded set asks this: {text[:200]}"
    return signs.index(max(signs))


def say(params: dict[str, Any]) -> Say:
    """The recorded answer for the loopback server."""
    request = Request(
        stage="x",
        model=params["model"],
        messages=tuple(Message(role=m["role"], text=m["content"]) for m in params["messages"] if m["role"] != "system"),
        answer_schema=_schema(params),
    )
    text = recorded(request, set_of(request.messages[0].text))
    return Say(text) if text else Say("", stop_reason="refusal")


def _schema(params: dict[str, Any]) -> dict[str, Any]:
    """The schema of a request, as Anthropic's API or chat completions get it."""
    found: dict[str, Any] = (
        params["output_config"]["format"] if "output_config" in params else params["response_format"]["json_schema"]
    )
    return dict(found["schema"])


class Recorded:
    """A provider that gives the recorded answers of one set, for desks in process."""

    name = "recorded"

    def __init__(self, index: int) -> None:
        self.index, self.asked = index, list[Request]()

    def complete(self, request: Request) -> Reply:
        self.asked.append(request)
        text = recorded(request, self.index)
        return Reply(text=text or "", stop="end" if text else "refusal", model=request.model)

    def close(self) -> None:
        """Nothing is held."""
