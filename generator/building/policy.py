"""Which access policy a build and a search go by."""

from datetime import datetime

from generator.agreement import AccessPolicy, check_validity, compile_policy, everything
from generator.config import Configuration
from generator.register.mapping.mapping import Mapping


def open_policy(configuration: Configuration, mapping: Mapping, environment: str, now: datetime) -> AccessPolicy:
    """What may leave the archive for the configured audience; demo data needs no agreement."""
    if environment == "demo":
        return everything(mapping)
    origin, audience = configuration.agreement_name, configuration.settings.site.audience
    terms = check_validity(configuration.agreement(), origin, environment, audience, now)
    return compile_policy(terms, mapping, f"{origin}: audience.{audience}")
