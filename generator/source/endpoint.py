"""Where an index is, who asks for it, and by which way: what every call needs to know."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from generator import __version__
from generator.secret import NO_SECRET, Secret, hide


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """Files by which a server is trusted, and by which this client shows who it is; all in PEM."""

    ca_file: Path | None = None  # instead of whom the system trusts
    client_certificate: Path | None = None
    client_key: Path | None = None  # where it is not in the file of the certificate


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy on the way to the server."""

    url: str  # without credentials
    authorization: Secret = NO_SECRET  # the value of the Proxy-Authorization header


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where documents are, and who asks for them."""

    url: str
    index: str
    type: str
    username: str = ""
    password: Secret = NO_SECRET
    api_key: Secret = NO_SECRET  # "id:key", or that in base64; instead of a user name
    page_size: int = 500
    timeout: float = 60.0  # seconds
    contact: str = ""
    rate: float = 0.0  # calls a second at the most; 0 for as many as come
    answer_bytes: int = 256_000_000  # of an answer at the most, unpacked
    compress: bool = False  # whether answers come packed by gzip
    tls: TlsFiles = TlsFiles()
    proxy: Proxy | None = None

    @property
    def headers(self) -> Mapping[str, str]:
        """What every call says of this program, without credentials."""
        contact = " ".join(self.contact.encode("ascii", "replace").decode().split())  # all that a header may hold
        program = f"tilbudsspejl/{__version__}"
        return {"user-agent": f"{program} ({contact})" if contact else program}

    @property
    def authorization(self) -> Secret:
        """The value of the Authorization header; empty where there are no credentials."""
        if self.api_key:
            key = self.api_key.reveal()
            return Secret(f"ApiKey {_encoded(key) if ':' in key else key}")
        return basic(self.username, self.password) if self.username else NO_SECRET


def basic(username: str, password: Secret) -> Secret:
    """The value of a header with a user name and its password, in UTF-8 (RFC 7617)."""
    pair = f"{username}:{password.reveal()}"
    hide(pair)  # a server may say it back, unpacked or alone
    return Secret(f"Basic {_encoded(pair)}")


def _encoded(pair: str) -> str:
    return base64.b64encode(pair.encode()).decode()
