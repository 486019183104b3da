"""Serving the page until it is interrupted."""

from collections.abc import Callable
from pathlib import Path

from cosyn_multi.errors import RunError
from cosyn_multi.gallery.listening import link_of, listening, run_until_ended, token_for
from cosyn_multi.llm.office import LlmOptions
from cosyn_multi.qa.drafting import Drafter
from cosyn_multi.qa.store import Store

from .app import annotation


def serve(
    run: Path, options: LlmOptions | None, *, double: float, port: int, host: str, say: Callable[[str], None]
) -> None:
    """Let people write on a run until Ctrl-C or SIGTERM.

    Args: options: the model that drafts answers. double: share of questions that are answered twice, 0 to 1.
        port: 0 takes a free one. host: beyond loopback a token is made, and `say` gets the link that holds it.
    Raises: RunError if there is no run, or it has no sets; SetupError if the port can't be had; as `Drafter`.
    """
    store = Store(run)
    drafter = None
    try:
        sets = len(store.sets.all())
        if not sets:
            raise RunError(f"{run}: no sets yet; form them with `cosyn-multi qa group {run}`")
        with listening(host, port) as listener:
            drafter = Drafter(store, options) if options else None
            port, token = listener.getsockname()[1], token_for(host)
            app = annotation(store, drafter, double, port, token)
            if drafter:
                drafter.resume()
            drafts = f"{drafter.model} drafts answers" if drafter else "no model drafts answers (--model names one)"
            say(f"{sets:,} sets, {drafts}: {link_of(host, port, token)} (Ctrl-C ends it)")
            run_until_ended(app, listener)
    finally:
        if drafter:
            drafter.close()
        store.close()
