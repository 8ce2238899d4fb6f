"""The error tree; only `cli` turns an error into an exit code.

TilbudsspejlError (1)
├── UsageError (2)          the call or the configuration is off
│   ├── ConfigurationError  a file, a key and the remedy
│   ├── ArchiveUnavailable  missing, bound elsewhere, or another pull is running
│   └── OutputRefused       the output folder is not ours to replace
├── AgreementError (3)      the access agreement does not permit it
├── SourceError (4)         unreachable, refused, wrong index or type, truncated
│   ├── SourceInterrupted   broken off or incomplete: the same again may well succeed
│   ├── SourceSwitched      another index stands behind the name: from the start it may well succeed
│   └── SourceAmbiguous     several documents under one `_id`: the same again never succeeds
└── CheckError (5)          a damaged archive, a broken line, a mixture of demo and real data
"""


class TilbudsspejlError(Exception):
    """Anything this program says about itself: one line that names the thing, the problem and the remedy."""

    exit_code = 1


class UsageError(TilbudsspejlError):
    """The call or the configuration can't be carried out as it stands."""

    exit_code = 2


class ConfigurationError(UsageError):
    """A configuration file has a key or a value that can't be used."""


class ArchiveUnavailable(UsageError):
    """The archive is missing, bound to another environment, or in use by another pull."""


class OutputRefused(UsageError):
    """The output folder is not one that this program may replace."""


class AgreementError(TilbudsspejlError):
    """The access agreement is missing, not valid today, or does not permit what was asked."""

    exit_code = 3


class SourceError(TilbudsspejlError):
    """The source could not be reached, refused us, or did not give all of it."""

    exit_code = 4


class SourceInterrupted(SourceError):
    """An answer did not come, or not whole; `retry_after` are the seconds that the server asked us to wait."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class SourceSwitched(SourceError):
    """The name of the index leads to another one than when the pull began."""


class SourceAmbiguous(SourceError):
    """The source has several documents under one `_id`: an alias of several indices, or custom routing."""


class CheckError(TilbudsspejlError):
    """What was read is damaged or contradicts itself."""

    exit_code = 5
