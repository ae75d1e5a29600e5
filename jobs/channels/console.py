"""For development: a message counts as sent once it was written to the log; the demonstration shows what is kept."""

import logging

from jobs.channels import Begin
from models.operations.outbox import Parcel

log = logging.getLogger(__name__)


class ConsoleChannel:
    """Writes messages to the log instead of sending them."""

    def __init__(self, *, aloud: bool = True) -> None:
        self._aloud = aloud

    def send(self, parcel: Parcel, begin: Begin) -> None:
        """Write the message to the log."""
        begin()
        if self._aloud:
            log.info("message %s\nSubject: %s\n\n%s", parcel.message_id, parcel.rendered.subject, parcel.rendered.text)
        else:
            log.info("message %s", parcel.message_id)

    def close(self) -> None:
        """Nothing to hang up."""
