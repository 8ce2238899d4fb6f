"""A real Firefox, driven by WebDriver BiDi, the standard that it speaks itself: no driver program stands between.

Only what the tests ask for: open an address, run a function in the page, type keys, click, take files down.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

NAMES = ("firefox-esr", "firefox")
LISTENING = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
# Nothing is asked of the world outside, and no page is shown that was not asked for.
PREFERENCES = """\
user_pref("app.normandy.enabled", false);
user_pref("app.update.enabled", false);
user_pref("browser.download.alwaysOpenPanel", false);
user_pref("browser.download.folderList", 2);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("browser.startup.homepage_override.mstone", "ignore");
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("extensions.systemAddon.update.enabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("remote.log.level", "Info");
user_pref("services.settings.server", "data:,");
user_pref("toolkit.telemetry.reportingpolicy.firstRun", false);
"""

KEYS = {
    "Backspace": "\ue003",
    "Tab": "\ue004",
    "Enter": "\ue007",
    "Control": "\ue009",
    "Space": " ",
    "ArrowDown": "\ue015",
}
MIDDLE = """async (selector) => {
    const found = document.querySelector(selector);
    if (!found) throw new Error('not there: ' + selector);
    // What moves or closes takes its time on a busy machine: some hundred drawings are waited for.
    for (let tries = 100; ; tries -= 1) {
        found.scrollIntoView({ block: 'center', behavior: 'instant' });
        // Until it has been drawn there, a busy Firefox may take the click for one on what was there before.
        await new Promise((drawn) => { requestAnimationFrame(() => requestAnimationFrame(drawn)); });
        const box = found.getClientRects()[0];
        if (!box) throw new Error('not shown: ' + selector);
        const [x, y] = [box.left + box.width / 2, box.top + box.height / 2].map(Math.round);
        const top = document.elementFromPoint(x, y);
        if (found.contains(top) || (top && top.contains(found))) return [x, y];
        if (!tries) throw new Error('covered: ' + selector);
    }
}"""


class BrowserSaid(Exception):
    """Firefox answered with an error, or a page's function threw one."""


def program(named: str | None) -> str | None:
    """Where Firefox is, or None."""
    return named or next(filter(None, map(shutil.which, NAMES)), None)


class Firefox:
    """One window of a running Firefox."""

    def __init__(self, connection: ClientConnection, downloads: Path) -> None:
        self._connection = connection
        self.downloads = downloads  # the folder in which saved files land
        self._last = 0
        self.said: list[str] = []  # what came on the console
        self._send("session.new", capabilities={})
        self._send("session.subscribe", events=["log.entryAdded"])
        # Only a tab that has been brought to the front takes a day typed into a date field, or a key for a box.
        self._context = self._send("browsingContext.create", type="tab")["context"]
        self._send("browsingContext.activate", context=self._context)

    def open(self, address: str) -> None:
        """Go to an address and wait until it has loaded."""
        self._send("browsingContext.navigate", context=self._context, url=address, wait="complete")

    def run(self, function: str, *arguments: str) -> Any:
        """Call a function of the page's with texts; what it returns, or promises, must be JSON."""
        answer = self._send(
            "script.callFunction",
            functionDeclaration=f"async (...given) => JSON.stringify((await ({function})(...given)) ?? null)",
            arguments=[{"type": "string", "value": argument} for argument in arguments],
            awaitPromise=True,
            target={"context": self._context},
            patience=30,  # of a page that goes away while it is asked, none ever comes
        )
        if answer["type"] == "exception":
            raise BrowserSaid(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def type(self, text: str) -> None:
        """Press a key for each letter, wherever the focus is."""
        self._press([{"type": kind, "value": letter} for letter in text for kind in ("keyDown", "keyUp")])

    def press(self, *keys: str) -> None:
        """Hold keys down in this order, and let them go again: "Enter", or "Control" and "v"."""
        values = [KEYS.get(key, key) for key in keys]
        down = [{"type": "keyDown", "value": value} for value in values]
        self._press([*down, *({"type": "keyUp", "value": value} for value in reversed(values))])

    def _press(self, actions: list[dict[str, str]]) -> None:
        self._send(
            "input.performActions", context=self._context, actions=[{"type": "key", "id": "keys", "actions": actions}]
        )

    def click(self, selector: str) -> None:
        """Bring an element to where it can be seen, and click its middle; it must be what lies there on top."""
        x, y = self.run(MIDDLE, selector)
        moves: list[dict[str, Any]] = [
            {"type": "pointerMove", "x": x, "y": y},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        self._send(
            "input.performActions",
            context=self._context,
            actions=[{"type": "pointer", "id": "mouse", "actions": moves}],
        )

    def _send(self, method: str, *, patience: float = 60, **parameters: Any) -> Any:
        self._last += 1
        self._connection.send(json.dumps({"id": self._last, "method": method, "params": parameters}))
        while True:
            try:
                message = json.loads(self._connection.recv(timeout=patience))
            except TimeoutError:
                raise BrowserSaid(f"{method}: no answer; has the page navigated away?") from None
            if message.get("id") == self._last:
                break
            if message.get("method") == "log.entryAdded":
                self.said.append(f"{message['params']['level']}: {message['params']['text']}")
        if message["type"] == "error":
            raise BrowserSaid(f"{method}: {message['message']}")
        return message["result"]


@contextmanager
def started(path: str, profile: Path) -> Iterator[Firefox]:
    """A Firefox with a profile of its own, until the end of the block."""
    downloads = profile / "downloads"
    downloads.mkdir(parents=True)
    folder = f'user_pref("browser.download.dir", {json.dumps(str(downloads))});\n'
    (profile / "user.js").write_text(PREFERENCES + folder, encoding="utf-8")
    command = [path, "--headless", "--remote-debugging-port=0", "--profile", str(profile), "--no-remote", "about:blank"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        try:
            # No keepalive: it draws random numbers in a thread, and hypothesis finds that in another test's strategy.
            with connect(f"{_address(process)}/session", max_size=None, ping_interval=None) as connection:
                yield Firefox(connection, downloads)
        finally:
            process.terminate()
            try:
                process.communicate(timeout=20)
            except subprocess.TimeoutExpired:  # now and then it never ends its tidying up
                process.kill()
                process.communicate()


def _address(process: "subprocess.Popen[str]") -> str:
    said = []
    for line in process.stderr or ():
        said.append(line)
        if found := LISTENING.search(line):
            return found[1]
    raise BrowserSaid(f"Firefox did not start: {''.join(said)[-2000:]}")
