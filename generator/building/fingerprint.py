"""Whether a site is what a build would make: everything that decides what it holds, and whether it is still whole."""

import hashlib
from pathlib import Path

from generator import __version__, resources
from generator.agreement import AccessPolicy
from generator.archive.reader import Archive
from generator.building.branding import Branding
from generator.config import Configuration
from generator.output.folder import measure
from generator.pages.page import Site
from generator.register.mapping.mapping import Mapping


def fingerprint_of(
    configuration: Configuration,
    archive: Archive,
    mapping: Mapping,
    policy: AccessPolicy,
    site: Site,
    branding: Branding,
) -> str:
    """Everything that decides what the site holds: archive, settings, agreement, mapping, look, templates, program."""
    digest = hashlib.sha256()
    settings = configuration.settings.site.model_dump_json(exclude={"workers", "output"})
    limits = str(configuration.settings.limits.document_bytes)
    for part in (__version__, archive.state_digest(), settings, limits, mapping.text, policy.fingerprint, repr(site)):
        digest.update(part.encode() + b"\0")
    for content in branding.parts():
        digest.update(hashlib.sha256(content).digest())
    for path in resources.program_files():
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def is_whole(site: Path, marker: dict[str, str]) -> bool:
    """Whether a site has as many files and bytes as when it was built."""
    return (marker.get("files"), marker.get("bytes")) == tuple(map(str, measure(site)))
