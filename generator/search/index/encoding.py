"""Numbers as text in the browser's scripts: dense, sorted lists a character a number, and no escapes.

A number ends with one of 64 letters, its last digit to the base of 64. What is above stands before it in signs, digits
from 1 to 23. So what is below 64 takes one character, what is below 1536 two. None of these characters is a separator
in a shard, none needs escaping in a script.
"""

from collections.abc import Iterable, Mapping

LAST = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_"
MORE = "!#$%&'()*+./=>?@[]^`{}~"
SEPARATORS = " ;:,"
_COMMON = 1 << 14


def _encode(number: int) -> str:
    high, low = divmod(number, len(LAST))
    text = LAST[low]
    while high:
        high, digit = divmod(high - 1, len(MORE))
        text = MORE[digit] + text
    return text


_ENCODED = tuple(_encode(number) for number in range(_COMMON))


def encode(numbers: Iterable[int]) -> str:
    """Write whole numbers, 0 or more, one after the other."""
    return "".join([_ENCODED[number] if number < _COMMON else _encode(number) for number in numbers])


def encode_steps(documents: Iterable[int], strength_bits: int, strengths: int) -> str:
    """Write ascending postings: for each the documents left out since the last one, and how strong it is."""
    numbers: list[int] = []
    following = 0
    mask = (1 << strength_bits) - 1
    for posting in documents:
        document = posting >> strength_bits
        numbers.append((document - following) * strengths + (posting & mask))
        following = document + 1
    return encode(numbers)


def encode_lists(fields: Mapping[int, str]) -> str:
    """Write the postings of several fields: each begins with its field's number."""
    return ",".join(LAST[number] + fields[number] for number in sorted(fields))
