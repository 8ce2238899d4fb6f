"""Settings from tilbudsspejl.toml and the environment; options win over both, and a secret is never repeated."""

import os
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from generator import resources
from generator.config import ColourSettings, Configuration, SiteSettings, credentials, hide_passwords, load
from generator.errors import ConfigurationError
from generator.secret import masked
from generator.tables import did_you_mean


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, and an environment without settings of ours."""
    for name in list(os.environ):
        if name.upper().startswith("TILBUDSSPEJL_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def configured(text: str, **overrides: dict[str, Any]) -> Configuration:
    Path("tilbudsspejl.toml").write_text(text, encoding="utf-8")
    return load(None, overrides)


def refused(text: str, **overrides: dict[str, Any]) -> str:
    with pytest.raises(ConfigurationError) as caught:
        configured(text, **overrides)
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_without_a_file_the_defaults_hold(folder: Path) -> None:
    config = load(None)
    assert config.archive == folder / "register.sqlite"
    assert config.search_index == folder / "register.sqlite.search"
    assert config.output == folder / "site"
    assert config.settings.site.audience == "internal"
    assert config.settings.source.environment == "preprod"
    assert config.mapping().layout == "version"
    assert config.agreement() is None


def test_paths_are_relative_to_the_file(folder: Path) -> None:
    (folder / "conf").mkdir()
    (folder / "conf" / "my.toml").write_text('[archive]\npath = "a.sqlite"\n[site]\noutput = "/srv/site"')
    config = load(Path("conf/my.toml"))
    assert config.archive == folder / "conf" / "a.sqlite"
    assert config.output == Path("/srv/site")


def test_a_tilde_is_the_home_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(folder / "home"))
    monkeypatch.setenv("USERPROFILE", str(folder / "home"))
    config = configured(
        '[archive]\npath = "~/a.sqlite"\n[mapping]\nfile = "~/m.toml"\n[agreement]\nfile = "~/a.toml"\n'
        '[site]\noutput = "~/site"\ncontent = "~/tekst"\ntheme = "~/tema"\nlogo = "~/logo.svg"'
    )
    home = folder / "home"
    settings = config.settings
    assert [config.archive, settings.mapping.file, settings.agreement.file, config.output] == [
        home / "a.sqlite", home / "m.toml", home / "a.toml", home / "site",
    ]  # fmt: skip
    assert [config.content, config.theme, config.logo] == [home / "tekst", home / "tema", home / "logo.svg"]
    assert configured("", site={"output": Path("~/b")}).output == home / "b"
    assert configured('[site]\noutput = "a~/~"').output == folder / "a~" / "~"


@pytest.mark.parametrize(
    "key", ["archive.path", "mapping.file", "agreement.file", "site.output", "site.content", "site.theme", "site.logo"]
)
def test_a_path_that_cannot_be_is_refused(key: str) -> None:
    table, _, name = key.partition(".")
    for path, said in (("a\\u0000b.svg", "must not hold a NUL"), ("~nobody-of-this-name/x.svg", "begins with ~, and")):
        assert refused(f'[{table}]\n{name} = "{path}"').startswith(f"tilbudsspejl.toml: {key}: {said}")


def test_a_folder_is_no_file_that_is_missing(folder: Path) -> None:
    config = configured('[agreement]\nfile = "a"')
    for name in ("a", "mapping.toml"):
        (folder / name).mkdir()
    for key, name, read in (("agreement", "a", config.agreement), ("mapping", "mapping.toml", config.mapping)):
        with pytest.raises(ConfigurationError) as caught:
            read()
        assert str(caught.value).startswith(f"tilbudsspejl.toml: {key}.file: {folder / name} is no file; ")


def test_option_wins_over_environment_wins_over_file(monkeypatch: pytest.MonkeyPatch) -> None:
    text = '[site]\ntitle = "file"\naudience = "file"\noperator = "file"'
    monkeypatch.setenv("TILBUDSSPEJL_SITE__TITLE", "environment")
    monkeypatch.setenv("TILBUDSSPEJL_SITE__AUDIENCE", "environment")
    site = configured(text, site={"title": "option", "workers": None}).settings.site
    assert (site.title, site.audience, site.operator) == ("option", "environment", "file")


def test_a_profile_is_read() -> None:
    config = configured(
        '[source.preprod]\nurl = "http://127.0.0.1:9200"\nindex = "tilbud-preprod"\nallow_clear_text = true'
    )
    profile = config.profile()
    assert (profile.index, profile.type, profile.allow_clear_text) == ("tilbud-preprod", "tilbud", True)


def test_a_missing_profile_is_named() -> None:
    config = configured('[source]\nenvironment = "prod"')
    with pytest.raises(ConfigurationError, match=r"tilbudsspejl.toml: source.prod: missing; add the table"):
        config.profile()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[site", "tilbudsspejl.toml: not valid TOML"),
        (f"a = {'[' * 9999}", "tilbudsspejl.toml: lists or tables in each other, too deep to be read"),
        ('[sight]\ntitle = "x"', "sight: unknown key (did you mean 'site'?); correct or remove it"),
        ('[site]\ntitel = "x"', "tilbudsspejl.toml: site.titel: unknown key (did you mean 'title'?)"),
        ('[source.prod]\nurl = "http://a"\nindx = "b"', "source.prod.index: missing"),
        (
            '[source.prod]\nurl = "http://a"\nindex = "b"\ntyp = "c"',
            "source.prod.typ: unknown key (did you mean 'type'?)",
        ),
        ('[source]\nenvironment = "test"', "source.environment: input should be 'preprod' or 'prod'"),
        ("[source]\npage_size = 5000", "source.page_size"),
        ("[site]\nworkers = 0", "site.workers"),
        ("[limits]\noffer_bytes = 2147483648", "limits.offer_bytes"),
        ("[source]\nrate = 1e-320", "source.rate: must be 0 for no limit, or at least 0.001"),
        ('[site]\nbase_url = "example.org"', "site.base_url: must begin with https:// or http://"),
        ('[source.prod]\nurl = "localhost:9200"\nindex = "b"', "source.prod.url: must be an address such as"),
        ('[site]\nbase_url = "https://"', "site.base_url: must begin with https:// or http:// and name a host"),
        ('[site]\nbase_url = "https://a.dk/?x=1"', "site.base_url: must not hold a user name or password, nor"),
        ('[site]\nofficial_url = "ftp://a.dk/{id}"', "site.official_url: must begin with https:// or http://"),
        ('[site]\nofficial_url = "https://a.dk/tilbud"', "site.official_url: must hold {id} after the host"),
        (
            '[site]\nofficial_url = "https://{id}.dk/"',
            "must begin with https:// or http:// and name a host; {id} belongs",
        ),
        ('[site]\ntitle = ""', "site.title: must not be empty"),
        ('[site]\ntitle = " \\t\u00a0"', "site.title: must not be empty"),
        ('[site]\nlogo = "logo.gif"', "site.logo: must be an .svg or .png file"),
        ("[site]\nstale_after = -1", "site.stale_after"),
        ("[site]\nstale_after = 99999999999999999999", "site.stale_after"),
        ("[site]\nstale_efter = 3", "site.stale_efter: unknown key (did you mean 'stale_after'?)"),
        ('[site]\nthem = "x"', "site.them: unknown key (did you mean 'theme'?)"),
        ('[site.colours]\naccnt = "#000000"', "site.colours.accnt: unknown key (did you mean 'accent'?)"),
        ('[site.colours]\naccent = "teal"', "site.colours.accent: must be a colour such as #0b5563"),
        (
            '[site.colours]\naccent = "#777777"',
            "accent: has a contrast of 4.35:1 on light paper (#fcfcfa), and text needs 4.5:1; choose a darker one",
        ),
        (
            '[site.colours]\naccent_dark = "#0b5563"',
            "accent_dark: has a contrast of 2.12:1 on dark paper (#12181a), and text needs 4.5:1; choose a lighter one",
        ),
    ],
)
def test_an_error_names_file_key_and_remedy(text: str, said: str) -> None:
    message = refused(text)
    assert message.startswith("tilbudsspejl.toml: ")
    assert said in message
    assert "\n" not in message.removeprefix("tilbudsspejl.toml: not valid TOML")


def test_the_look_is_set(folder: Path) -> None:
    config = configured(
        '[site]\nbase_url = "https://spejl.dk/a/"\nofficial_url = "https://a.dk/{id}/"\ntheme = "tema"\n'
        'logo = "Logo.SVG"\nstale_after = 0\n[site.colours]\naccent = "#0B5563"'
    )
    site = config.settings.site
    assert (site.base_url, site.official_url, site.stale_after) == ("https://spejl.dk/a", "https://a.dk/{id}/", 0)
    assert (config.theme, config.logo) == (folder / "tema", folder / "Logo.SVG")
    assert (site.colours.accent, site.colours.accent_dark, site.colours.are_set) == ("#0b5563", "", True)


def test_without_a_look_the_program_has_its_own() -> None:
    config = load(None)
    assert (config.theme, config.logo, config.settings.site.colours.are_set) == (None, None, False)
    assert config.settings.site.stale_after == 7


def test_the_example_names_every_key_of_the_site() -> None:
    """`init` writes it: what can be set must be found there, and what stands there can be set."""
    text = (resources.folder("templates") / "init" / "tilbudsspejl.toml").read_text(encoding="utf-8")
    written = tomllib.loads(text)["site"]
    assert set(written) == set(SiteSettings.model_fields) - {"workers"}
    assert set(written["colours"]) == set(ColourSettings.model_fields)
    assert configured(text).settings.site.model_dump(exclude={"workers"}) == SiteSettings().model_dump(
        exclude={"workers"}
    )


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    message = refused('[source.prod]\nurl = "http://spejl:hemmeligt@a.dk"\nindex = "b"')
    assert "source.prod.url: must not hold a user name or password" in message
    assert "hemmeligt" not in message


def test_an_option_is_checked_like_the_file() -> None:
    assert "option for site: base_url: must begin with" in refused("", site={"base_url": "example.org"})
    assert configured("", site={"output": "andet"}).output == Path.cwd() / "andet"


def test_an_error_of_the_environment_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TILBUDSSPEJL_SITE__WORKERS", "mange")
    assert refused("").startswith("environment TILBUDSSPEJL_SITE__WORKERS: site.workers: ")


def test_a_table_set_as_a_whole_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TILBUDSSPEJL_ARCHIVE", "register.sqlite")
    assert "a table's keys are set one by one, such as TILBUDSSPEJL_ARCHIVE__PATH" in refused("")


def test_a_named_file_must_be_there() -> None:
    with pytest.raises(ConfigurationError, match=r"my.toml: not there; run `tilbudsspejl init`"):
        load(Path("my.toml"))
    with pytest.raises(ConfigurationError, match=r"mapping.file: .*other.toml is not there"):
        configured('[mapping]\nfile = "other.toml"').mapping()


def test_files_are_utf_8(folder: Path) -> None:
    (folder / "tilbudsspejl.toml").write_bytes(b'[site]\ntitle = "\xe6"')
    with pytest.raises(ConfigurationError, match="can't be read as UTF-8 text"):
        load(None)


def test_a_mark_before_the_text_is_no_part_of_it(folder: Path) -> None:
    (folder / "tilbudsspejl.toml").write_text('[site]\ntitle = "Spejl"', encoding="utf-8-sig")
    assert load(folder / "tilbudsspejl.toml").settings.site.title == "Spejl"


def test_mapping_and_agreement_are_read_beside_the_file(folder: Path) -> None:
    (folder / "mapping.toml").write_text('[identity]\ntilbudsId = "id"\n[fields]\nnavn = "n"')
    (folder / "agreement.toml").write_text('reference = "1"')
    config = configured("")
    assert config.mapping().sources == {"navn": "n"}
    agreement = config.agreement()
    assert agreement is not None
    assert agreement.reference == "1"


def test_a_profile_s_own_credentials_win(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TILBUDSSPEJL_USERNAME", "alle")
    monkeypatch.setenv("TILBUDSSPEJL_PASSWORD", "a")
    monkeypatch.setenv("TILBUDSSPEJL_PROD_USERNAME", "prod")
    monkeypatch.setenv("TILBUDSSPEJL_PROD_PASSWORD", "hemmeligt-æøå")
    name, password, _ = credentials("prod")
    assert (name, password.reveal()) == ("prod", "hemmeligt-æøå")
    assert "hemmeligt" not in f"{password} {password!r}"
    assert credentials("preprod")[0] == "alle"
    configured("")  # they are no settings, and in nobody's way


def test_credentials_may_lie_in_files(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "secret").write_text("hemmeligt\n", encoding="utf-8")
    monkeypatch.setenv("TILBUDSSPEJL_USERNAME", "spejl")
    monkeypatch.setenv("TILBUDSSPEJL_PASSWORD_FILE", str(folder / "secret"))
    assert credentials("preprod")[1].reveal() == "hemmeligt"
    (folder / "link").symlink_to("secret")  # as Kubernetes mounts them
    monkeypatch.setenv("TILBUDSSPEJL_PASSWORD_FILE", str(folder / "link"))
    assert credentials("preprod")[1].reveal() == "hemmeligt"
    (folder / "long").write_text("hemmeligt" * 2000, encoding="utf-8")
    (folder / "latin").write_bytes(b"hemmeligt\xe6")
    os.mkfifo(folder / "pipe")
    for name, why in {
        "pipe": "it is no file", "/dev/zero": "it is no file", ".": "it is no file",
        "long": "it is too long for a password", "latin": "no UTF-8 text",
    }.items():  # fmt: skip
        monkeypatch.setenv("TILBUDSSPEJL_PASSWORD_FILE", str(folder / name))
        with pytest.raises(ConfigurationError, match=rf"_FILE: the file that it names can't be read \({why}\)"):
            credentials("preprod")
    monkeypatch.setenv("TILBUDSSPEJL_PASSWORD_FILE", str(folder / "nowhere"))
    with pytest.raises(ConfigurationError, match=r"_FILE: the file that it names can't be read \(No such file"):
        credentials("preprod")


def test_half_a_pair_of_credentials_is_refused_and_none_is_anonymous(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not any(credentials("prod"))
    monkeypatch.setenv("TILBUDSSPEJL_USERNAME", "spejl")
    with pytest.raises(ConfigurationError, match="TILBUDSSPEJL_PASSWORD is not set, its partner is"):
        credentials("prod")


def test_an_api_key_stands_for_a_user_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TILBUDSSPEJL_API_KEY", "id:hemmelig-nøgle")
    assert credentials("prod").api_key.reveal() == "id:hemmelig-nøgle"
    hide_passwords()
    assert "hemmelig-nøgle" not in masked("svar: id:hemmelig-nøgle")
    monkeypatch.setenv("TILBUDSSPEJL_USERNAME", "spejl")
    with pytest.raises(ConfigurationError, match="API_KEY and TILBUDSSPEJL_USERNAME are both set; leave one out"):
        credentials("prod")


@pytest.mark.parametrize(
    ("proxy", "said"),
    [
        ("http://bruger:kode@proxy:3128", "must not hold a user name or password.*HTTPS_PROXY in the environment"),
        ("proxy:3128", "must be an address such as http://proxy:3128, or 'none'"),
    ],
)
def test_a_proxy_is_an_address_without_a_password(proxy: str, said: str) -> None:
    assert re.search(said, refused(f'[source]\nproxy = "{proxy}"'))
    assert configured('[source]\nproxy = "none"').settings.source.proxy == "none"


def test_the_nearest_word_is_proposed() -> None:
    assert did_you_mean("titel", ["title", "output"]) == " (did you mean 'title'?)"
    assert did_you_mean("xyz", ["title", "output"]) == ""


@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        ("TILBUDSSPEJL_SITE_AUDIENCE", "TILBUDSSPEJL_SITE__AUDIENCE"),
        ("TILBUDSSPEJL_AUDIENCE", "TILBUDSSPEJL_SITE__AUDIENCE"),
        ("TILBUDSSPEJL_SOURCE_ENVIRONMENT", "TILBUDSSPEJL_SOURCE__ENVIRONMENT"),
    ],
)
def test_a_misspelt_variable_is_not_ignored(monkeypatch: pytest.MonkeyPatch, variable: str, meant: str) -> None:
    monkeypatch.setenv(variable, "public")
    assert refused("") == f"environment: {variable}: no setting is called so; did you mean {meant}?"


@pytest.mark.skipif(os.name == "nt", reason="the environment of Windows is Unicode")
def test_a_text_of_the_environment_is_utf_8(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setenv("TILBUDSSPEJL_SITE__OUTPUT", os.fsdecode(b"s\xe6t"))
    assert configured("").output == folder / os.fsdecode(b"s\xe6t")
    monkeypatch.setenv("TILBUDSSPEJL_SITE__TITLE", os.fsdecode(b"Tilbud p\xe5 nettet"))
    assert refused("") == "environment: TILBUDSSPEJL_SITE__TITLE: is no UTF-8 text; set it in UTF-8"


@pytest.mark.parametrize("name", ["register.sqlite", "register.sqlite.search", ".register.sqlite.build.lock"])
def test_a_site_does_not_take_the_place_of_the_archive_s_files(name: str) -> None:
    assert "has a name that the archive's own files have" in refused(f'[site]\noutput = "{name}"')
    assert configured('[site]\noutput = "register-site"').output == Path.cwd() / "register-site"


def test_an_archive_is_a_file() -> None:
    Path("mappe").mkdir()
    for path in ("/", "mappe", ""):
        assert "is a folder; name a file in it" in refused(f'[archive]\npath = "{path}"')


def test_a_table_that_is_none_is_not_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TILBUDSSPEJL_SITES__OUTPUT", "x")
    assert refused("").startswith("environment: TILBUDSSPEJL_SITES__OUTPUT: no table of settings is called so")
