"""The configured index as every call needs it: with its credentials, its certificates, and the proxy on the way."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies_environment, proxy_bypass

from generator.config import NO_PROXY, Configuration, Credentials, Profile, credentials
from generator.errors import ConfigurationError
from generator.secret import NO_SECRET, Secret
from generator.source.endpoint import Endpoint, Proxy, TlsFiles, basic

Say = Callable[[str], None]

_LOOPBACK = ("localhost", "127.", "::1")


def make_endpoint(configuration: Configuration, say: Say, *, with_credentials: bool = True) -> Endpoint:
    """Where the configured profile's documents are.

    Says if credentials will travel in clear text, and which proxy of the environment's is used. Raises
    ConfigurationError.
    """
    source, profile = configuration.settings.source, configuration.profile()
    who = credentials(source.environment) if with_credentials else Credentials()
    if any(who):
        _check_transport(configuration, profile, say)
    return Endpoint(
        url=profile.url,
        index=profile.index,
        type=profile.type,
        username=who.username,
        password=who.password,
        api_key=who.api_key,
        page_size=source.page_size,
        timeout=source.timeout,
        contact=source.contact,
        rate=source.rate,
        answer_bytes=configuration.settings.limits.answer_bytes,
        compress=source.compress,
        tls=TlsFiles(
            _file(configuration, profile.ca_file),
            _file(configuration, profile.client_certificate),
            _file(configuration, profile.client_key),
        ),
        proxy=_proxy(source.proxy, profile, say),
    )


def _check_transport(configuration: Configuration, profile: Profile, say: Say) -> None:
    if urlsplit(profile.url).scheme == "https":
        return
    if not profile.allow_clear_text:
        key = f"source.{configuration.settings.source.environment}.allow_clear_text"
        raise ConfigurationError(
            f"{configuration.origin}: {key}: {profile.url} is plain HTTP, so the password would travel in clear text; "
            "use https, or set it to true if the network may be trusted with it"
        )
    say(
        f"note: {profile.url} is plain HTTP: user name and password travel in clear text (allowed in the configuration)"
    )


def _file(configuration: Configuration, path: str) -> Path | None:
    return configuration.folder / path if path else None


def _proxy(setting: str, profile: Profile, say: Say) -> Proxy | None:
    if setting == NO_PROXY:
        return None
    return Proxy(setting) if setting else _environment_proxy(profile, say)


def _environment_proxy(profile: Profile, say: Say) -> Proxy | None:
    """The proxy that HTTPS_PROXY or HTTP_PROXY names for the profile's address, unless NO_PROXY takes it out."""
    parts = urlsplit(profile.url)
    host, variable = parts.hostname or "", f"{parts.scheme.upper()}_PROXY"
    url = getproxies_environment().get(parts.scheme.lower(), "")
    if not url or host.startswith(_LOOPBACK) or proxy_bypass(host):
        return None
    proxy = _read_proxy(url if "://" in url else f"http://{url}", variable)
    say(f"note: {profile.url} is asked through the proxy {proxy.url}, which {variable} names")
    return proxy


def _read_proxy(url: str, variable: str) -> Proxy:
    """A proxy's address, and the credentials that may stand in it; no error repeats it."""
    parts = urlsplit(url)
    authorization = NO_SECRET
    try:
        if parts.username or parts.password:
            password = Secret(unquote(parts.password or ""))
            authorization = basic(unquote(parts.username or ""), password)
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in ("http", "https") or not parts.hostname or port == -1:
        raise ConfigurationError(
            f"environment: {variable} is no address such as http://proxy:3128 (it is not shown, since it may hold a "
            "password); correct it, or set source.proxy"
        )
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return Proxy(f"{parts.scheme}://{host}" + (f":{port}" if port else ""), authorization)
