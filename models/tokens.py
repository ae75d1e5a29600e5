"""Private links and short codes: signed or derived from the instance's key, so that none of them is stored."""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer

# No vowels and nothing that looks like something else: a code is read aloud and copied from paper.
_ALPHABET = "BCDFGHJKLMNPQRSTVWXZ3479"
_LONGEST = 400
CODE_LENGTH = 8
SIGN_IN_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Tokens:
    """Makes and checks what lets somebody in.

    Parameters
    ----------
    secret : str
        The instance's secret key.
    """

    secret: str

    def request_link(self, request_id: int, version: int, *, by_mail: bool = True) -> str:
        """Make the token of a request's private link; a higher version makes earlier ones worthless.

        Parameters
        ----------
        by_mail : bool
            Whether it goes to the person's own address, or to somebody signed in: then whoever holds it is that
            person. False for what is shown to whoever filled in the form, or typed the code on paper.
        """
        return str(self._serializer("request" if by_mail else "request-shown").dumps([request_id, version]))

    def read_request_link(self, token: str) -> tuple[int, int, bool] | None:
        """Give request id, version and whether it came by mail, or None for anything that we did not make."""
        for by_mail in (True, False):
            read = self._read("request" if by_mail else "request-shown", token)
            if read is not None:
                return *read, by_mail
        return None

    def request_code(self, request_id: int, version: int) -> str:
        """Make the short code for paper: 8 characters, about 36 bits, with few tries allowed."""
        digest = self._digest("code", request_id, version)
        number = int.from_bytes(digest[:16], "big")
        letters = []
        for _ in range(CODE_LENGTH):
            number, rest = divmod(number, len(_ALPHABET))
            letters.append(_ALPHABET[rest])
        return "".join(letters)

    def is_request_code(self, request_id: int, version: int, typed: str) -> bool:
        """Whether what somebody typed is the code; spaces, hyphens and case do not matter."""
        said = "".join(c for c in typed.upper() if c.isalnum())
        return hmac.compare_digest(said.encode(), self.request_code(request_id, version).encode())

    def feed(self, kind: str, row_id: int, *versions: int) -> str:
        """Make the token of a private calendar, ``volunteer`` or ``request``; a higher version ends earlier ones."""
        return str(self._serializer("feed").dumps([kind, row_id, *versions]))

    def read_feed(self, token: str) -> tuple[str, int] | None:
        """Give of what kind and which row a calendar is, or None for anything that we did not make.

        Whether it is the newest is for the caller, who makes the token once more and compares.
        """
        try:
            kind, row_id, *_versions = self._loads("feed", token)
        except (BadSignature, ValueError, TypeError):
            return None
        return (kind, row_id) if isinstance(kind, str) and isinstance(row_id, int) else None

    def mail_kind(self, person_id: int, community_id: int, kind: str) -> str:
        """Make the token in the mails of one kind to one person: it stops that kind, or lets it come again."""
        return str(self._serializer("mails").dumps([person_id, community_id, kind]))

    def read_mail_kind(self, token: str) -> tuple[int, int, str] | None:
        """Give person, community and kind, or None for anything that we did not make."""
        try:
            person_id, community_id, kind = self._loads("mails", token)
        except (BadSignature, ValueError, TypeError):
            return None
        known = isinstance(person_id, int) and isinstance(community_id, int) and isinstance(kind, str)
        return (person_id, community_id, kind) if known else None

    def sign_in_digits(self, code_id: int, nonce: str) -> str:
        """Make the six digits of a mailed sign-in code."""
        number = int.from_bytes(self._digest("digits", code_id, nonce)[:8], "big")
        return str(number % 10**SIGN_IN_DIGITS).zfill(SIGN_IN_DIGITS)

    def is_sign_in_digits(self, code_id: int, nonce: str, typed: str) -> bool:
        """Whether what somebody typed are those digits; spaces do not matter."""
        said = "".join(c for c in typed if not c.isspace() and c != "-")
        return hmac.compare_digest(said.encode(errors="replace"), self.sign_in_digits(code_id, nonce).encode())

    def sign_in_link(self, code_id: int, nonce: str) -> str:
        """Make the token of a mailed sign-in link."""
        return str(self._serializer("sign-in").dumps([code_id, nonce]))

    def read_sign_in_link(self, token: str) -> tuple[int, str] | None:
        """Give code id and nonce, or None for anything that we did not make."""
        try:
            code_id, nonce = self._loads("sign-in", token)
        except (BadSignature, ValueError, TypeError):
            return None
        return (code_id, nonce) if isinstance(code_id, int) and isinstance(nonce, str) else None

    def _read(self, salt: str, token: str) -> tuple[int, int] | None:
        try:
            first, second = self._loads(salt, token)
        except (BadSignature, ValueError, TypeError):
            return None
        return (first, second) if isinstance(first, int) and isinstance(second, int) else None

    def _loads(self, salt: str, token: str) -> Any:
        if len(token) > _LONGEST:
            raise BadSignature("none of ours is so long")
        return self._serializer(salt).loads(token)

    def _serializer(self, salt: str) -> URLSafeSerializer:
        return URLSafeSerializer(self.secret, salt=f"noaber-{salt}", signer_kwargs={"digest_method": hashlib.sha256})

    def _digest(self, *parts: object) -> bytes:
        return hmac.new(self.secret.encode(), "\0".join(map(str, parts)).encode(), hashlib.sha256).digest()
