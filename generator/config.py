"""Frozen settings from tilbudsspejl.toml and the environment, checked once; options win over both.

Environment variables are TILBUDSSPEJL_ + the key, tables joined by two underscores: TILBUDSSPEJL_SITE__OUTPUT.
Credentials come from the environment only, so that no file with them is ever committed.
"""

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, Self
from urllib.parse import unquote

from pydantic import AfterValidator, Field, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from generator.archive_files import SEARCH_INDEX, beside, is_beside_archive
from generator.colours import LEAST, PAPER, contrast, is_colour
from generator.errors import ConfigurationError
from generator.register.mapping.mapping import Mapping, default_mapping, read_mapping
from generator.register.model.json_text import MOST_READ
from generator.secret import NO_SECRET, Secret, hide
from generator.tables import ConfigTable, describe, did_you_mean, parse_toml

if TYPE_CHECKING:
    from generator.agreement import Agreement

FILE = "tilbudsspejl.toml"
PREFIX = "TILBUDSSPEJL_"
OFFER_ID = "{id}"
MOST_LIMIT = 2**31 - 1  # bytes; SQLite takes no higher limit
SLOWEST = 0.001  # calls a second
NO_PROXY = "none"
LONGEST_SECRET = 10_000  # bytes
CONTENT = Path("content")
INTERNAL = "internal"  # the audience that no search engine is ever shown
Environment = Literal["preprod", "prod", "demo"]

# What an address is made of; in anything else a password may stand where nobody expects one.
_ADDRESS = re.compile(
    r"https?://(\[[0-9a-f:.]+\]|[.-]*+\w[\w.-]*+)(:(?P<port>[0-9]{1,5}))?(?P<path>/[^?#]*)?(?P<query>\?[^#]*)?",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"[\w.~!$&'()*+,;={}/-]*")  # no colon, no @, no blank, nothing that is percent-encoded twice
_CREDENTIALS = re.compile(r"pass|pwd|kodeord|token|secret|api.?key|auth|login|user|signature|credential", re.IGNORECASE)


def _check_address(url: str, form: str, remedy: str = "", *, may_ask: bool = False) -> None:
    """Raises ValueError, which never repeats the address, for what is none or may hold credentials."""
    found = _ADDRESS.fullmatch(url)
    if found and int(found["port"] or 0) <= 65535 and _is_plain(found["path"]):
        query = found["query"]
        if query is None or (may_ask and _is_plain(query[1:]) and not _CREDENTIALS.search(query)):
            return
    bare = unquote(url)
    holds_more = any(sign in bare for sign in "@?#\\\uff20") or any(map(str.isspace, bare))
    what = f"must not hold a user name or password, nor @, #, blanks{'' if may_ask else ', ?'} or \\"
    raise ValueError(f"{what + remedy if holds_more else form} (it is not shown, since it may hold a password)")


def _is_plain(text: str | None) -> bool:
    return _PLAIN.fullmatch(unquote(text or "")) is not None


def _expanded(path: Path) -> Path:
    """The path with the home folder that a `~` before it stands for; raises ValueError for one that can't be."""
    if "\0" in str(path):
        raise ValueError("must not hold a NUL character")
    try:
        return path.expanduser()
    except RuntimeError as error:
        raise ValueError("begins with ~, and whose home folder that is can't be told; write the whole path") from error


# In a file no shell does it; a folder that is called ~ would be made, and `rm -r ~` removes another one.
Place = Annotated[Path, AfterValidator(_expanded)]
PlaceOrNone = Annotated[str, AfterValidator(lambda path: path and str(_expanded(Path(path))))]  # "" for none


class Profile(ConfigTable):
    """One Elasticsearch index of the platform."""

    url: str
    index: str
    type: str = "tilbud"
    allow_clear_text: bool = False
    ca_file: PlaceOrNone = ""  # the authorities that vouch for the server, in PEM; "" for the system's own
    client_certificate: PlaceOrNone = ""  # by which the server knows us, in PEM
    client_key: PlaceOrNone = ""  # "" where it is in the file of the certificate

    @model_validator(mode="after")
    def _check_key(self) -> Self:
        if self.client_key and not self.client_certificate:
            raise ValueError("client_key belongs to a client_certificate, which is not set")
        return self

    @field_validator("url")
    @classmethod
    def _check_url(cls, url: str) -> str:
        if url:  # `init` writes an empty one: only a pull needs it
            remedy = f"; set {PREFIX}USERNAME and …_PASSWORD instead"
            _check_address(url, "must be an address such as https://host:9200", remedy)
        return url


class SourceSettings(ConfigTable):
    """Where documents come from, and how politely."""

    environment: Literal["preprod", "prod"] = "preprod"
    preprod: Profile | None = None
    prod: Profile | None = None
    contact: str = ""
    page_size: int = Field(default=500, ge=1, le=3000)  # the platform's own limit
    timeout: float = Field(default=60.0, gt=0, le=86_400)  # seconds of silence; ten times as many for all of an answer
    proxy: str = ""  # "" for the environment's HTTPS_PROXY, if any; NO_PROXY for none
    compress: bool = False  # whether answers come packed
    parallel: int = Field(default=1, ge=1, le=4)  # slices that are read side by side
    rate: float = Field(default=0.0, ge=0, le=1000)  # calls a second at the most, from 0.001; 0 for no limit
    tries: int = Field(default=6, ge=1)  # of each slice
    patience: float = Field(default=600.0, ge=0, le=604_800)  # seconds that may be spent on waiting for one slice
    full_every: float = Field(default=7.0, ge=0, le=36_500)  # days after which everything is read again
    overlap: float = Field(default=3600.0, ge=0, le=31_536_000)  # seconds before the last load time that are read again
    minimum_share: float = Field(default=0.9, ge=0, le=1)  # of last time's offers, below which a pull is refused

    @field_validator("proxy")
    @classmethod
    def _check_proxy(cls, proxy: str) -> str:
        if proxy and proxy != NO_PROXY:
            remedy = "; set HTTPS_PROXY in the environment instead"
            _check_address(proxy, f"must be an address such as http://proxy:3128, or {NO_PROXY!r}", remedy)
        return proxy

    @field_validator("rate")
    @classmethod
    def _check_rate(cls, rate: float) -> float:
        if 0 < rate < SLOWEST:
            raise ValueError(f"must be 0 for no limit, or at least {SLOWEST}, which is a call in a quarter of an hour")
        return rate

    @property
    def profile(self) -> Profile | None:
        """The table that `environment` names."""
        return self.prod if self.environment == "prod" else self.preprod


class ArchiveSettings(ConfigTable):
    """Where the archive lies."""

    path: Place = Path("register.sqlite")


class LimitSettings(ConfigTable):
    """What foreign bytes may grow to, so that no answer and no damaged file can take all memory."""

    answer_bytes: int = Field(default=256_000_000, ge=1, le=MOST_LIMIT)  # of the server, unpacked
    offer_bytes: int = Field(default=256_000_000, ge=1, le=MOST_LIMIT)  # all versions of an offer, unpacked
    # A document that is read. What is larger is kept and told; a version of the made-up register takes 8,000.
    document_bytes: int = Field(default=MOST_READ, ge=1, le=MOST_LIMIT)


class FileSettings(ConfigTable):
    """Where another configuration file lies."""

    file: Place


class ColourSettings(ConfigTable):
    """The site's one colour, on light and on dark paper; empty for the program's own."""

    accent: str = ""
    accent_dark: str = ""

    @field_validator("accent", "accent_dark")
    @classmethod
    def _check_colour(cls, colour: str, info: ValidationInfo) -> str:
        if not colour:
            return colour
        if not is_colour(colour):
            raise ValueError("must be a colour such as #0b5563")
        ground, remedy = ("dark", "lighter") if info.field_name == "accent_dark" else ("light", "darker")
        ratio = contrast(colour, PAPER[ground])
        if ratio < LEAST:
            # Rounded down: 4.499 must not be told as the 4.50 that it misses.
            measured = f"{int(ratio * 100) / 100:.2f}:1 on {ground} paper ({PAPER[ground]})"
            raise ValueError(f"has a contrast of {measured}, and text needs {LEAST}:1; choose a {remedy} one")
        return colour.lower()

    @property
    def are_set(self) -> bool:
        """Whether any colour is the operator's."""
        return bool(self.accent or self.accent_dark)


class SiteSettings(ConfigTable):
    """What the site is called, for whom it is, and where it goes."""

    output: Place = Path("site")
    audience: str = INTERNAL
    title: str = "Tilbudsspejl"
    base_url: str = ""
    operator: str = ""
    contact: str = ""
    official_url: str = ""
    content: Place = CONTENT
    theme: PlaceOrNone = ""
    logo: PlaceOrNone = ""
    logo_alt: str = ""
    colours: ColourSettings = ColourSettings()
    stale_after: int = Field(default=7, ge=0, le=36_500)  # days; older data say so on every page; 0 for never
    workers: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1)

    @field_validator("title")
    @classmethod
    def _check_title(cls, title: str) -> str:
        if not title.strip():
            raise ValueError("must not be empty, since every page has it; leave it out for the program's own")
        return title

    @field_validator("base_url")
    @classmethod
    def _check_base(cls, url: str) -> str:
        if url:
            _check_address(url, "must begin with https:// or http:// and name a host, such as https://spejl.example.dk")
        return url.rstrip("/")

    @field_validator("official_url")
    @classmethod
    def _check_official(cls, url: str) -> str:
        if url:
            form = f"must begin with https:// or http:// and name a host; {OFFER_ID} belongs after it"
            _check_address(url, form, may_ask=True)
        if url and OFFER_ID not in url:
            raise ValueError(f"must hold {OFFER_ID} after the host, where the offer's id belongs")
        return url

    @field_validator("logo")
    @classmethod
    def _check_logo(cls, path: str) -> str:
        if path and Path(path).suffix.lower() not in (".svg", ".png"):
            raise ValueError("must be an .svg or .png file")
        return path


class Settings(BaseSettings):
    """Everything that can be set; `folder` is what relative paths are relative to."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        nested_model_default_partial_update=True,
    )

    source: SourceSettings = SourceSettings()
    archive: ArchiveSettings = ArchiveSettings()
    limits: LimitSettings = LimitSettings()
    mapping: FileSettings = FileSettings(file=Path("mapping.toml"))
    agreement: FileSettings = FileSettings(file=Path("agreement.toml"))
    site: SiteSettings = SiteSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over what was read from the file (given as keywords)."""
        return env_settings, init_settings


class Configuration:
    """The settings, with every path made absolute and the files they name read on demand."""

    def __init__(self, settings: Settings, folder: Path, origin: str) -> None:
        self.settings = settings
        self.folder = folder
        self.origin = origin

    @property
    def archive(self) -> Path:
        """The archive's file."""
        return self.folder / self.settings.archive.path

    @property
    def search_index(self) -> Path:
        """Where `tilbudsspejl search` has its index: beside the archive, no part of the site."""
        return beside(self.archive, SEARCH_INDEX)

    @property
    def output(self) -> Path:
        """The site's folder."""
        # A link stays a link, and its goal is replaced.
        return Path(os.path.realpath(self.folder / self.settings.site.output))

    @property
    def content(self) -> Path:
        """The folder of editorial Markdown."""
        return self.folder / self.settings.site.content

    @property
    def theme(self) -> Path | None:
        """The operator's theme folder, if one is set."""
        return self.folder / self.settings.site.theme if self.settings.site.theme else None

    @property
    def logo(self) -> Path | None:
        """The operator's logo, if one is set."""
        return self.folder / self.settings.site.logo if self.settings.site.logo else None

    @property
    def agreement_name(self) -> str:
        """The agreement's file, for messages."""
        return str(self.settings.agreement.file)

    def profile(self) -> Profile:
        """The index to pull from; raises ConfigurationError if the profile is not there."""
        source = self.settings.source
        if source.profile is None:
            raise ConfigurationError(
                f"{self.origin}: source.{source.environment}: missing; add the table with url, index and type "
                "(`tilbudsspejl init` writes an example)"
            )
        if not source.profile.url:
            raise ConfigurationError(
                f"{self.origin}: source.{source.environment}.url: empty; "
                "enter the platform's address, or pull --from FILE"
            )
        return source.profile

    def mapping(self) -> Mapping:
        """The mapping file, or the default where there is none."""
        path = self._file("mapping.file", self.settings.mapping.file)
        if path.is_file():
            return read_mapping(read_text(path), self.settings.mapping.file.name)
        if "mapping" in self.settings.model_fields_set:
            raise ConfigurationError(f"{self.origin}: mapping.file: {path} is not there; correct it or leave it out")
        return default_mapping()

    def agreement(self) -> "Agreement | None":
        """The agreement file; None where there is none."""
        from generator.agreement import (
            read_agreement,
        )  # with the time zones it takes 60 ms, which a pull need not wait for

        path = self._file("agreement.file", self.settings.agreement.file)
        return read_agreement(read_text(path), self.settings.agreement.file.name) if path.is_file() else None

    def _file(self, key: str, file: Path) -> Path:
        """Where a file lies that may be missing; raises ConfigurationError for a folder, which is not the same."""
        path = self.folder / file
        if path.exists() and not path.is_file():
            raise ConfigurationError(f"{self.origin}: {key}: {path} is no file; correct it, or move that away")
        return path


def read_text(path: Path) -> str:
    """A configuration file's text; raises ConfigurationError if it can't be read as UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")  # editors of Windows put a mark before it
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: can't be read as UTF-8 text ({error})") from error


def load(config: Path | None, overrides: dict[str, dict[str, Any]] | None = None) -> Configuration:
    """Reads the configuration; `overrides` are the options given, table by table.

    Raises ConfigurationError. Without `config`, tilbudsspejl.toml of the working folder is read if it is there.
    """
    hide_passwords()
    _check_variables()
    if Path(FILE).is_dir():  # Docker makes one where the file that it should mount is missing
        raise ConfigurationError(f"{FILE}: is a folder; put the file in its place, or remove it")
    if config is not None and not config.is_file():
        raise ConfigurationError(f"{config}: not there; run `tilbudsspejl init` in its folder or correct --config")
    path = config or Path(FILE)
    content = parse_toml(read_text(path), path.name) if path.is_file() else {}
    origin = path.name if path.is_file() else f"{FILE} (not found in {Path.cwd()})"
    try:
        settings = Settings(**content)
    except ValidationError as error:
        raise ConfigurationError(describe(error, _origin_of(error, origin), Settings)) from error
    except SettingsError as error:  # TILBUDSSPEJL_ARCHIVE=… where TILBUDSSPEJL_ARCHIVE__PATH=… was meant
        raise ConfigurationError(
            f"environment: {error}; a table's keys are set one by one, such as {PREFIX}ARCHIVE__PATH"
        ) from error
    for table, values in (overrides or {}).items():
        given = {key: value for key, value in values.items() if value is not None}
        if given:
            settings = settings.model_copy(update={table: _with_options(getattr(settings, table), table, given)})
    configuration = Configuration(settings, path.resolve().parent, origin)
    _check_places(configuration)
    return configuration


def _check_variables() -> None:
    """Raises ConfigurationError for a variable that is meant as a setting and is none: it would be ignored unsaid."""
    tables = {name.upper(): field.annotation for name, field in Settings.model_fields.items()}
    keys = {
        key.upper(): f"{PREFIX}{table}__{key.upper()}"
        for table, model in tables.items()
        if isinstance(model, type) and issubclass(model, ConfigTable)
        for key in model.model_fields
    }
    for variable, value in os.environ.items():
        name = variable.upper().removeprefix(PREFIX)
        if not variable.upper().startswith(PREFIX):
            continue
        table, _, key = name.partition("_")
        unknown, parts, _ = name.partition("__")
        if parts and unknown not in tables:
            near = did_you_mean(unknown, list(tables))
            raise ConfigurationError(f"environment: {variable}: no table of settings is called so{near}")
        if (table in tables and key and not key.startswith("_")) or name in keys:
            meant = keys.get(name, f"{PREFIX}{table}__{key}")
            raise ConfigurationError(f"environment: {variable}: no setting is called so; did you mean {meant}?")
        if not key.endswith(_PATHS) and value != value.encode("utf-8", "replace").decode("utf-8"):
            raise ConfigurationError(f"environment: {variable}: is no UTF-8 text; set it in UTF-8")


_PATHS = ("PATH", "FILE", "OUTPUT", "CONTENT", "THEME", "LOGO")  # settings that name files, in whatever encoding


def _check_places(configuration: Configuration) -> None:
    """Raises ConfigurationError for an archive that is a folder, or a site in the place of the files beside it."""
    archive, output = configuration.archive, configuration.output
    if not archive.name or os.path.isdir(archive):  # noqa: PTH112 - which says no of a name that can't be
        raise ConfigurationError(f"{configuration.origin}: archive.path: {archive} is a folder; name a file in it")
    if is_beside_archive(output, archive):
        raise ConfigurationError(
            f"{configuration.origin}: site.output: {output} has a name that the archive's own files have; "
            "choose another"
        )


def _with_options(table: ConfigTable, name: str, given: dict[str, Any]) -> ConfigTable:
    """The table with the options in it, checked like the file."""
    try:
        return type(table).model_validate({**dict(table), **given})
    except ValidationError as error:
        raise ConfigurationError(describe(error, f"option for {name}", type(table))) from error


def _origin_of(error: ValidationError, origin: str) -> str:
    location = error.errors(include_url=False)[0]["loc"]
    variable = PREFIX + "__".join(str(part) for part in location).upper()
    return f"environment {variable}" if variable in os.environ else origin


def hide_passwords() -> None:
    """Keeps every password that the environment holds out of what is said, also where no command asks for it."""
    for name, value in os.environ.items():
        if name.upper().startswith(PREFIX) and name.upper().endswith(("PASSWORD", "API_KEY")):
            hide(value)


class Credentials(NamedTuple):
    """Who asks: a user name with its password, an API key instead, or nobody."""

    username: str = ""
    password: Secret = NO_SECRET
    api_key: Secret = NO_SECRET


def credentials(environment: str) -> Credentials:
    """Those of a profile; the profile's own variables win over the general ones."""
    for prefix in (f"{PREFIX}{environment.upper()}_", PREFIX):
        username, password = _variable(f"{prefix}USERNAME"), Secret(_variable(f"{prefix}PASSWORD"))
        api_key = Secret(_variable(f"{prefix}API_KEY"))
        if api_key and (username or password):
            raise ConfigurationError(f"environment: {prefix}API_KEY and {prefix}USERNAME are both set; leave one out")
        if api_key or (username and password):
            return Credentials(username, password, api_key)
        if username or password:
            missing = f"{prefix}PASSWORD" if username else f"{prefix}USERNAME"
            raise ConfigurationError(f"environment: {missing} is not set, its partner is; set both or neither")
    return Credentials()


def _variable(name: str) -> str:
    """A variable, or what the file holds that it names; no error repeats either: a password may stand in both."""
    if value := os.environ.get(name, ""):
        return value
    if file := os.environ.get(f"{name}_FILE", ""):
        try:
            return _read_secret(Path(file))
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else str(error)
            raise ConfigurationError(
                f"environment: {name}_FILE: the file that it names can't be read ({why}); correct the variable"
            ) from None
    return ""


def _read_secret(path: Path) -> str:
    """What a file holds; raises ValueError for a device or a pipe, which might never end, and for what is no text."""
    if path.exists() and not path.is_file():
        raise ValueError("it is no file")
    with path.open("rb") as file:
        data = file.read(LONGEST_SECRET + 1)
    if len(data) > LONGEST_SECRET:
        raise ValueError("it is too long for a password")
    try:
        return data.decode().strip()
    except UnicodeDecodeError:
        raise ValueError("no UTF-8 text") from None
