"""Where the server is and who asks: from flags, the environment, or the settings file, in this order."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from chalicelib.entrypoints.cli.answers import CommandError


@dataclass(frozen=True, slots=True)
class Settings:
    """The server's address, without a slash at its end, and the bearer token."""

    url: str
    token: str


def settings(url: str | None = None) -> Settings:
    """The settings that hold now. Raises CommandError telling what to set."""
    written = _written()
    found = url or os.environ.get("CURFEW_URL") or written.get("url")
    token = os.environ.get("CURFEW_TOKEN") or written.get("token")
    if not found:
        raise CommandError(
            f'no server is set; export CURFEW_URL=https://..., or write url = "https://..." in {settings_file()}',
            "no-server",
        )
    if not token:
        raise CommandError(
            f'no token is set; export CURFEW_TOKEN=..., or write token = "..." in {settings_file()}; '
            "an admin makes one with: curfew token issue",
            "no-token",
        )
    return Settings(_address(found), token)


def server_known(url: str | None) -> bool:
    """Whether anything says where the server is."""
    return bool(url or os.environ.get("CURFEW_URL") or _written().get("url"))


def settings_file() -> Path:
    """The file that may hold `url` and `token`, in TOML."""
    base = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(base) / "curfew" / "config.toml"


def _written() -> Mapping[str, str]:
    try:
        content = tomllib.loads(settings_file().read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CommandError(f'{settings_file()} is no TOML ({error}); write lines like url = "https://..."') from error
    return {key: str(value) for key, value in content.items()}


def _address(url: str) -> str:
    if not url.startswith(("https://", "http://")):
        raise CommandError(f'"{url}" is no address of a server; write https://...')
    return url.rstrip("/")
