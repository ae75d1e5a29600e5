"""Where the links in mails lead: every path in one place, equal to the site's routes."""

from dataclasses import dataclass, field

from models.mail_kinds import MailKind
from models.tables import Community, HelpRequest
from models.tokens import Tokens


@dataclass(slots=True)
class Links:
    """Makes absolute addresses for one community.

    Each opens a page with a button; following a link never changes anything.

    Attributes
    ----------
    base_url : str
        Where people reach the site, without a slash at the end.
    secrets : list of str
        The tokens that were given out: who has one may come in, so no log and no kept copy should hold them.
    """

    base_url: str
    slug: str
    community_id: int
    tokens: Tokens
    secrets: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, community: Community, base_url: str, secret_key: str) -> "Links":
        """Make the links of a community's mails."""
        assert community.id is not None, "a community that somebody is told of was saved"
        return cls(base_url.rstrip("/"), community.slug, community.id, Tokens(secret_key))

    def home(self) -> str:
        """Give the community's first page."""
        return self._path("")

    def request(self, request: HelpRequest) -> str:
        """Give the private page on which a request is followed; no account needed."""
        assert request.id is not None, "a request that somebody is told of was saved"
        token = self.tokens.request_link(request.id, request.link_version)
        return self._path(f"r/{self._secret(token)}")

    def sign_in(self, code_id: int, nonce: str) -> str:
        """Give the page on which one click signs in."""
        return self._path(f"sign-in/{self._secret(self.tokens.sign_in_link(code_id, nonce))}")

    def match(self, match_id: int | None) -> str:
        """Give a match's page, for its volunteer; asks to sign in."""
        return self._path(f"matches/{match_id}")

    def check_in(self, check_in_id: int | None) -> str:
        """Give the page that asks a volunteer how it went; asks to sign in."""
        return self._path(f"check-ins/{check_in_id}")

    def volunteer(self) -> str:
        """Give a volunteer's own page: their offer, their pause, their mails."""
        return self._path("volunteer")

    def fewer(self, person_id: int, kind: MailKind) -> str:
        """Give the page on which mails of one kind are stopped; no account needed."""
        return self._path(f"mails/{self._secret(self.tokens.mail_kind(person_id, self.community_id, kind))}")

    def browse(self) -> str:
        """Give the open requests."""
        return self._path("browse")

    def _path(self, path: str) -> str:
        return f"{self.base_url}/{self.slug}/{path}"

    def _secret(self, token: str) -> str:
        self.secrets.append(token)
        return token
