"""What a token's scopes open, and what is the same request. Pure."""

import datetime
import json

ROOMS = (
    "buildings",
    "enterprises",
    "departments",
    "organisations",
    "categories",
    "cases",
    "notifications",
    "views",
)
"""The parts of the API, as its addresses begin."""
WRITTEN = ("cases", "notifications")
"""Those that can be written."""
SCOPES = (*(f"{room}:read" for room in ROOMS), *(f"{room}:write" for room in WRITTEN))
"""What a token can be limited to."""
READING = tuple(scope for scope in SCOPES if scope.endswith(":read"))
SAFE = frozenset({"GET", "HEAD"})
KEPT = datetime.timedelta(hours=48)
"""How long an answer is kept for its key; a day is promised, so that a night's retries are covered."""
LONGEST_KEY = 255
DAYS = 365
"""How long a token opens where nobody says otherwise."""


def scope_needed(method: str, room: str) -> str:
    """The scope that a request needs: "cases:read", "cases:write"."""
    return f"{room}:{'read' if method in SAFE else 'write'}"


def is_a_key(text: str) -> bool:
    """Whether a text can be an idempotency key: 1 to LONGEST_KEY visible ASCII characters."""
    return 1 <= len(text) <= LONGEST_KEY and all("!" <= sign <= "~" for sign in text)


def same_request(method: str, address: str, body: bytes) -> bytes:
    """What two requests have in common that ask for the same: the order of a body's fields does not matter."""
    try:
        said = json.dumps(json.loads(body), sort_keys=True).encode()
    except (ValueError, RecursionError):
        said = body
    return b"\0".join((method.encode(), address.encode(), said))


def opens(*, today: datetime.date, expires_on: datetime.date, revoked: bool) -> bool:
    """Whether a token still opens anything."""
    return not revoked and today < expires_on
