"""What can be refused, and why: errors with a code that the pages turn into kind words."""


class Refused(Exception):
    """A change that was asked for and is not made; nothing was written.

    Attributes
    ----------
    code : str
        A short stable word, e.g. ``"not_allowed"``; pages and tests read this, never the message.
    details : dict
        Plain values for the sentence that a person reads.
    keeps : bool
        Whether what was written before it must stay all the same: a wrong try that was counted. Every transaction
        that is rolled back on errors commits on this one.
    """

    code = "refused"
    keeps = False

    def __init__(self, code: str | None = None, **details: object) -> None:
        self.code = code or self.code
        self.details = details
        super().__init__(self.code, details)


class NotAllowed(Refused):
    """The actor has no right to do this here."""

    code = "not_allowed"


class NotFound(Refused):
    """It does not exist, or the actor may not know that it does."""

    code = "not_found"


class WrongTry(NotFound):
    """A code, link or password that is not right; that it was tried is written down, so the transaction commits."""

    code = "wrong"
    keeps = True


class StaleState(Refused):
    """Somebody was faster: the thing is no longer in the state the actor saw."""

    code = "stale"


class Invalid(Refused):
    """A value that cannot be accepted. ``field`` says where it stood.

    Parameters
    ----------
    field : str
        The name of the field, as the forms call it.
    code : str
        What is wrong with it, e.g. ``"postcode_unknown"``.
    """

    code = "invalid"

    def __init__(self, field: str, code: str, **details: object) -> None:
        self.field = field
        super().__init__(code, field=field, **details)

    def at(self, field: str, **more: object) -> "Invalid":
        """Give the same refusal for another field, with more details."""
        return Invalid(
            field, self.code, **{name: value for name, value in {**self.details, **more}.items() if name != "field"}
        )


class TooMany(Refused):
    """Tried too often; try again after ``details['until']``."""

    code = "too_many"
