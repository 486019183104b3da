"""What a page may weigh before a browser sees it, and whether it could leave a trace in the page that is used again."""

import re
from typing import Final

MOST_CHARACTERS: Final = 4_000_000
"""With pictures as data, which are what weighs; our own pages have some 50,000."""
MOST_TAGS: Final = 60_000
"""Our own pages have some 2,000."""
_META: Final = re.compile(r"<meta\b", re.IGNORECASE)
_CHARSET: Final = re.compile(r"""<meta\s+charset=["']?[-\w]+["']?\s*/?>""", re.IGNORECASE)


def too_heavy(html: str) -> str:
    """Why a page isn't shown to the browser, or nothing."""
    if len(html) > MOST_CHARACTERS:
        return f"a page of {len(html)} characters; at most {MOST_CHARACTERS}"
    tags = html.count("<")
    return f"a page of {tags} tags; at most {MOST_TAGS}" if tags > MOST_TAGS else ""


def leaves_traces(html: str) -> bool:
    """Whether a page may change how later ones are drawn in the same document.

    Meta elements do: a policy, a color scheme, a language outlive the page's content, and a refresh may strike the next
    page. Names of elements and attributes can't be written otherwise in HTML, so none hides from this.
    """
    return len(_META.findall(html)) > len(_CHARSET.findall(html))
