"""JSON values of any size from a stream, each cut out as the bytes that stand there.

Streaming parsers such as ijson give values: a duplicate key, the digits of a number and the blanks are gone by then. So
here nothing is parsed: only strings and brackets are followed, and who gets a value's text parses it.
"""

import re
from collections.abc import Iterator

# From outside of a string to the next bracket, over whole strings; it stops before a string that isn't whole.
_TO_BRACKET = re.compile(
    rb'[^"{}\[\]]*+(?:"[^"\\\x00-\x1f]*+(?:\\[^\x00-\x1f][^"\\\x00-\x1f]*+)*+"[^"{}\[\]]*+)*+', re.DOTALL
)
_IN_STRING = re.compile(rb'[^"\\\x00-\x1f]*+(?:\\[^\x00-\x1f][^"\\\x00-\x1f]*+)*+', re.DOTALL)
_IN_WORD = re.compile(rb"[-+.0-9A-Za-z]*+")
_BLANKS = re.compile(rb"[ \t\r\n]*+")
_CLOSING = {ord("{"): ord("}"), ord("["): ord("]")}
_QUOTE, _BACKSLASH = ord('"'), ord("\\")


class RawValues:
    """A text that is read value by value; never more of it is kept than from `cut` to `cut`, and a chunk.

    What can't be JSON raises ValueError, an end in the middle EOFError, more than `most` bytes in one piece
    OverflowError; `line` is then where the piece begins, from 1 on, and `cut_at` where the last one did that was cut.
    """

    def __init__(self, chunks: Iterator[bytes], most: int) -> None:
        self.line = self.cut_at = 1
        self._chunks = chunks
        self._most = most
        self._buffer = bytearray()  # from the last cut on
        self._place = 0  # in it: all before was gone over

    def start(self) -> bytes:
        """Forgets what was gone over and the blanks that follow; gives the sign at which the next piece begins."""
        self.cut()
        while not (sign := self._next_sign()) and self._more():
            self.cut()
        self.cut()
        return sign

    def peek(self) -> bytes:
        """The next sign that is no blank; empty at the end."""
        while not (sign := self._next_sign()) and self._more():
            pass
        return sign

    def _next_sign(self) -> bytes:
        self._match(_BLANKS)
        return bytes(self._buffer[self._place : self._place + 1])

    def next_line(self) -> bytes | None:
        """The rest of the line if all of it is here already; it is not gone over."""
        end = self._buffer.find(b"\n", self._place)
        return None if end < 0 else bytes(memoryview(self._buffer)[self._place : end])

    def skip(self, length: int) -> None:
        """Goes over some bytes that are known to be here."""
        self._place += length

    def expect(self, signs: bytes) -> bytes:
        """Goes over the next sign, which must be one of these, and gives it."""
        sign = self.peek()
        if not sign:
            raise EOFError
        if sign not in signs:
            raise ValueError(f"{_shown(sign)} where {' or '.join(signs.decode())} should stand")
        self._place += 1
        return sign

    def skip_value(self) -> int:
        """Goes over a whole value; gives where it begins in what will be cut."""
        sign = self.peek()
        begin = self._place
        if not sign:
            raise EOFError
        if sign in (b"{", b"["):
            self._skip_brackets()
        elif sign == b'"':
            self._place += 1
            self._skip_string()
        else:
            self._skip_word()
            if self._place == begin:
                raise ValueError(f"{_shown(sign)} where a value should stand")
        return begin

    def since(self, begin: int) -> bytes:
        """What was gone over from a place on."""
        return bytes(memoryview(self._buffer)[begin : self._place])

    def cut(self) -> bytes:
        """What was gone over since the last cut, which is then forgotten."""
        self._check_length()
        text = self.since(0)
        self.cut_at = self.line
        self.line += text.count(b"\n")
        del self._buffer[: self._place]
        self._place = 0
        return text

    def _skip_brackets(self) -> None:
        closing = bytearray()  # what closes the brackets that are open, the innermost last
        match, buffer = _TO_BRACKET.match, self._buffer  # this is where the time goes
        closed = False  # whether the last bracket was one that closes: before one that opens a comma must come then
        while True:
            begin = self._place
            found = match(buffer, begin)
            assert found is not None, "it matches nothing, too"
            place = self._place = found.end()
            closed = closed and (place == begin or not buffer[begin:place].strip())
            if place == len(buffer):
                self._need_more()
                continue
            sign = buffer[place]
            self._place += 1
            if sign in _CLOSING:
                if closed:
                    raise ValueError("no comma between two values")
                closing.append(_CLOSING[sign])
            elif sign == _QUOTE:  # of a string that isn't whole, or that is none
                self._skip_string()
                closed = False
            elif sign != closing.pop():
                raise ValueError(f"{chr(sign)!r} closes nothing")
            elif not closing:
                return
            else:
                closed = True

    def _skip_string(self) -> None:
        """To the end of a string, from a place inside of it."""
        while True:
            self._match(_IN_STRING)
            left = len(self._buffer) - self._place
            sign = self._buffer[self._place] if left else None
            if sign == _QUOTE:
                self._place += 1
                return
            if left > 1 or (left == 1 and sign != _BACKSLASH):
                raise ValueError("a control character in a string")
            self._need_more()

    def _skip_word(self) -> None:
        while True:
            self._match(_IN_WORD)
            if self._place < len(self._buffer) or not self._more():
                return

    def _match(self, pattern: re.Pattern[bytes]) -> None:
        found = pattern.match(self._buffer, self._place)
        assert found is not None, "all of them match nothing, too"
        self._place = found.end()

    def _need_more(self) -> None:
        if not self._more():
            raise EOFError

    def _more(self) -> bool:
        """Takes in the next chunk; whether there was one."""
        self._check_length()
        chunk = next(self._chunks, None)
        if chunk is None:
            return False
        self._buffer += chunk
        return True

    def _check_length(self) -> None:
        if self._place > self._most:
            raise OverflowError


def _shown(sign: bytes) -> str:
    return repr(sign.decode("ascii", "backslashreplace"))
