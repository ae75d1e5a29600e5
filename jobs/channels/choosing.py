"""Which channel an instance uses, by its settings."""

from collections.abc import Callable
from datetime import datetime

from jobs.channels import Channel
from jobs.channels.console import ConsoleChannel
from jobs.channels.smtp import Server, SmtpChannel
from models.errors import Invalid
from models.settings import Settings


def channel_for(settings: Settings, clock: Callable[[], datetime]) -> Channel:
    """Give the channel: SMTP where an address is set, else the log.

    Raises
    ------
    Invalid
        ``NOABER_SMTP_URL``: ``required`` in production, else as `jobs.channels.smtp.Server.from_url`.
    """
    if settings.smtp_url:
        server = Server.from_url(settings.smtp_url)
        return SmtpChannel(server, timeout=settings.smtp_timeout, base_url=settings.base_url, clock=clock)
    if settings.production:
        raise Invalid("NOABER_SMTP_URL", "required")
    # In a demonstration the messages can be read on a page; on a programmer's machine the log is that page.
    return ConsoleChannel(aloud=not settings.demo)
