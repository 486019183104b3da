"""Drafts of answers, asked for from the page: each goes to a thread, and what came of it is in the store when the page
looks again. A model that refuses, fails or is slow is told as such, and never stops anybody from writing."""

from concurrent.futures import ThreadPoolExecutor
from typing import Final

from cosyn_multi.errors import ConfigError, UserError
from cosyn_multi.llm.errors import ProviderError, Unanswered
from cosyn_multi.llm.office import CARRIERS, LlmOptions, open_desk
from cosyn_multi.model import Reject

from .prompts import Drafted, draft_request
from .store import Store
from .talk import Turn

AT_ONCE: Final = 8
PATIENCE_S: Final = 120.0
"""Longest wait for one draft."""
RETRIES: Final = 1
"""A person can ask again; nobody waits for six tries."""


class Drafter:
    """Raises: ConfigError for a way that doesn't answer while one waits; else as `open_desk`."""

    def __init__(self, store: Store, options: LlmOptions) -> None:
        if options.llm in CARRIERS and not options.replay:
            raise ConfigError(f"--llm {options.llm}: drafts are written while a person waits; use anthropic or openai")
        self.store, self.model = store, options.model
        self.desk = open_desk(store.run, options.model_copy(update={"timeout_s": PATIENCE_S, "retries": RETRIES}))
        self.desk.budget.begin()
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="draft")

    def resume(self) -> None:
        """Ask again for what waited when the server was stopped; what was answered then costs nothing."""
        for turn in self.store.talk.waiting():
            self._pool.submit(self._draft, turn)

    def ask(self, question: int, asked: str, said: str) -> Turn:
        """Raises: UserError if a draft of this question is on its way."""
        turn = self.store.talk.ask(question, asked, said, self.model)
        self._pool.submit(self._draft, turn)
        return turn

    def close(self) -> None:
        """What waits stays waiting, for `resume`."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self.desk.close()

    def _draft(self, turn: Turn) -> None:
        talk = self.store.talk
        try:
            found = self._asked(turn)
        except ProviderError as error:
            talk.close(turn.seq, "failed", detail=f"{error.kind.replace('_', ' ')}: {error.detail}")
        except Unanswered:
            talk.close(turn.seq, "failed", detail="not in the ledger, and nothing is asked in a replay")
        except UserError as error:
            talk.close(turn.seq, "failed", detail=str(error))
        except (
            Exception
        ) as error:  # a bug of ours: told in the page, and the thread's result would be looked at by nobody
            talk.close(turn.seq, "failed", detail=f"{type(error).__name__}: {error}")
        else:
            if isinstance(found, Reject) and found.reason == "refused":
                talk.close(turn.seq, "refused", detail=found.detail)
            elif isinstance(found, Reject):
                talk.close(turn.seq, "failed", detail=f"{found.reason.replace('_', ' ')}: {found.detail}")
            else:
                talk.close(turn.seq, "there", answer=found.answer.strip(), remark=found.remark.strip())
        finally:
            self.desk.ledger.close()

    def _asked(self, turn: Turn) -> Drafted | Reject:
        question = self.store.questions.get(turn.question)
        told = self.store.pictures.texts(self.store.sets.get(question.set_id).members)
        turns = [t for t in self.store.talk.of(turn.question) if t.seq <= turn.seq]
        return self.desk.ask_for(draft_request(self.model, told, turns), Drafted)
