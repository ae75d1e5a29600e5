"""What an operator is warned of before real people come."""

from models.settings import Settings

SHORTEST_KEY = 32


def problems(settings: Settings) -> list[str]:
    """Say in one line each what is wrong with these settings; empty: all well."""
    found = []
    if len(settings.secret_key) < SHORTEST_KEY:
        found.append(f"NOABER_SECRET_KEY: must have at least {SHORTEST_KEY} characters")
    if not settings.production:
        return found
    if settings.demo:
        found.append("NOABER_DEMO: the demonstration lets anybody in; it has no place in production")
    if not settings.secure:
        found.append("NOABER_BASE_URL: must begin with https:// in production")
    if not settings.smtp_url:
        found.append("NOABER_SMTP_URL: nobody would get any mail")
    elif settings.smtp_url.startswith("smtp://") and not _on_this_machine(settings.smtp_url):
        found.append("NOABER_SMTP_URL: mail would leave unencrypted; use smtps:// or smtp+starttls://")
    if ".example>" in settings.mail_from or settings.mail_from.endswith(".example"):
        found.append("NOABER_MAIL_FROM: name the address that mails come from")
    if not settings.trusted_hosts:
        found.append("NOABER_TRUSTED_HOSTS: name the site's host names")
    return found


def _on_this_machine(url: str) -> bool:
    host = url.removeprefix("smtp://").rsplit("@", 1)[-1].split("/")[0]
    return host.split(":")[0] in ("localhost", "127.0.0.1")
