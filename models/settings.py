"""The settings of an instance, read once from the environment at the entry points."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from models.errors import Invalid

Environment = Literal["development", "test", "production"]
_ENVIRONMENTS = ("development", "test", "production")
_TILES = re.compile(r"https://[a-z0-9.-]+(?::\d+)?/[A-Za-z0-9._~/%?&=@{}-]+")
_YES, _NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


@dataclass(frozen=True)
class Settings:
    """Everything an operator can set. ``docs/settings.md`` describes each; a test keeps the two equal."""

    database_url: str = "sqlite:///instance/noaber.sqlite"
    secret_key: str = ""
    smtp_url: str = ""
    mail_from: str = "Noaber <noaber@noaber.example>"
    env: Environment = "development"
    demo: bool = False
    base_url: str = "http://127.0.0.1:8000"
    trusted_hosts: tuple[str, ...] = ()
    proxy_hops: int = 0
    instance: Path = Path("instance")
    source_url: str = "https://github.com/noaber/noaber"
    smtp_timeout: float = 20.0
    embeddings: Path | None = None
    tiles: str = ""
    tiles_by: str = ""

    @property
    def production(self) -> bool:
        """Whether this is a real site with real people."""
        return self.env == "production"

    @property
    def secure(self) -> bool:
        """Whether people reach the site over TLS."""
        return self.base_url.startswith("https://")

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read ``NOABER_…``.

        Raises
        ------
        Invalid
            Where a value cannot be read; ``field`` is the variable's name.
        """
        instance = Path(environ.get("NOABER_INSTANCE", "instance"))
        env = environ.get("NOABER_ENV", "development")
        if env not in _ENVIRONMENTS:
            raise Invalid("NOABER_ENV", "unknown_environment", known=", ".join(_ENVIRONMENTS))
        hosts = environ.get("NOABER_TRUSTED_HOSTS", "")
        return cls(
            database_url=environ.get("NOABER_DATABASE_URL", f"sqlite:///{instance}/noaber.sqlite"),
            secret_key=environ.get("NOABER_SECRET_KEY", ""),
            smtp_url=environ.get("NOABER_SMTP_URL", ""),
            mail_from=environ.get("NOABER_MAIL_FROM", cls.mail_from),
            env=cast(Environment, env),
            demo=_flag(environ, "NOABER_DEMO"),
            base_url=environ.get("NOABER_BASE_URL", cls.base_url).rstrip("/"),
            trusted_hosts=tuple(host.strip() for host in hosts.split(",") if host.strip()),
            proxy_hops=_number(environ, "NOABER_PROXY_HOPS"),
            instance=instance,
            source_url=environ.get("NOABER_SOURCE_URL", cls.source_url),
            smtp_timeout=float(_number(environ, "NOABER_SMTP_TIMEOUT", default=20)),
            embeddings=Path(folder) if (folder := environ.get("NOABER_EMBEDDINGS", "").strip()) else None,
            tiles=_tiles(environ),
            tiles_by=environ.get("NOABER_TILES_BY", "").strip(),
        )


def _tiles(environ: Mapping[str, str]) -> str:
    """Read the address of a server of map tiles; what stands in it ends up in a header, so it is read strictly."""
    address = environ.get("NOABER_TILES", "").strip()
    if address and not (_TILES.fullmatch(address) and all(f"{{{part}}}" in address for part in "zxy")):
        raise Invalid("NOABER_TILES", "tiles")
    return address


def _flag(environ: Mapping[str, str], name: str) -> bool:
    value = environ.get(name, "").strip().lower()
    if value in _YES:
        return True
    if value in _NO:
        return False
    raise Invalid(name, "not_yes_or_no")


def _number(environ: Mapping[str, str], name: str, default: int = 0) -> int:
    value = environ.get(name, "").strip()
    if not value:
        return default
    if not (value.isascii() and value.isdigit()):
        raise Invalid(name, "not_a_number")
    return int(value)
