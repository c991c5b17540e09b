"""A headless Chromium over its debugging protocol, with a WAV file, or nothing, as microphone."""

import asyncio
import base64
import json
import os
import pathlib
import shutil
import subprocess
import tempfile

ANSWER_SECONDS_MAX = 30
FLAGS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars", "--mute-audio",
    "--disable-background-networking", "--disable-component-update", "--remote-debugging-pipe", "--force-color-profile=srgb"]


class Chromium:
    """`microphone`: a WAV file, None for none. `denied`: the user says no. `name`: one that stands for this machine."""

    def __init__(self, microphone=None, denied=False, name=None):
        self.microphone, self.denied, self.name = microphone, denied, name
        self.number, self.answers, self.tabs = 0, {}, {}

    async def __aenter__(self):
        self.profile = tempfile.mkdtemp(prefix="duet-page-")
        flags = [*FLAGS, f"--user-data-dir={self.profile}"]
        if self.microphone:
            flags += ["--use-fake-device-for-media-stream", f"--use-file-for-fake-audio-capture={self.microphone}%noloop"]
        if self.name:
            flags.append(f"--host-resolver-rules=MAP {self.name} 127.0.0.1")
        if not self.denied:
            flags.append("--use-fake-ui-for-media-stream")
        # Chromium reads from descriptor 3 and writes to 4.
        (their_input, our_output), (our_input, their_output) = os.pipe(), os.pipe()
        shell = f'exec "$0" "$@" 3<&{their_input} 4>&{their_output}'
        self.process = subprocess.Popen(
            ["timeout", "600", "bash", "-c", shell, "chromium", *flags, "about:blank"], pass_fds=(their_input, their_output),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(their_input)
        os.close(their_output)
        self.output = os.fdopen(our_output, "wb", buffering=0)
        self.input = asyncio.StreamReader(limit=1 << 28)
        protocol = asyncio.StreamReaderProtocol(self.input)
        await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, os.fdopen(our_input, "rb"))
        self.reader = asyncio.create_task(self.read())
        return self

    async def __aexit__(self, *_):
        self.reader.cancel()
        self.output.close()
        self.process.terminate()
        await asyncio.to_thread(self.process.wait)
        shutil.rmtree(self.profile, ignore_errors=True)

    async def call(self, method, tab=None, **parameters):
        self.number += 1
        answer = self.answers[self.number] = asyncio.get_running_loop().create_future()
        message = {"id": self.number, "method": method, "params": parameters} | ({"sessionId": tab} if tab else {})
        self.output.write(json.dumps(message).encode() + b"\0")
        return await asyncio.wait_for(answer, ANSWER_SECONDS_MAX)

    async def read(self):
        while True:
            message = json.loads((await self.input.readuntil(b"\0"))[:-1])
            if "id" not in message:
                if tab := self.tabs.get(message.get("sessionId")):
                    tab.notice(message["method"], message["params"])
                continue
            answer = self.answers.pop(message["id"])
            if answer.done():
                continue
            if "error" in message:
                answer.set_exception(RuntimeError(message["error"]["message"]))
            else:
                answer.set_result(message["result"])

    async def open(self, url, **look):
        target = await self.call("Target.createTarget", url="about:blank")
        attached = await self.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        tab = self.tabs[attached["sessionId"]] = Tab(self, attached["sessionId"], target["targetId"])
        if self.denied:
            await self.call("Browser.setPermission", permission={"name": "microphone"}, setting="denied")
        await tab.begin(url, **look)
        return tab


class Tab:
    def __init__(self, browser, session, target):
        self.browser, self.session, self.target, self.errors = browser, session, target, []

    async def begin(self, url, **look):
        for domain in ("Page", "Runtime", "Log"):
            await self.call(f"{domain}.enable")
        await self.look(**look)
        await self.call("Page.navigate", url=url)
        await self.until("document.readyState === 'complete' && document.getElementById('toggle')")

    async def look(self, width=1200, height=800, dark=False):
        await self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        await self.call("Emulation.setEmulatedMedia", features=[scheme])

    async def call(self, method, **parameters):
        return await self.browser.call(method, self.session, **parameters)

    def notice(self, method, parameters):
        """Whatever a user would find in red in the browser's console."""
        if method == "Runtime.exceptionThrown":
            self.errors.append(json.dumps(parameters["exceptionDetails"])[:500])
        if method == "Log.entryAdded" and parameters["entry"]["level"] == "error":
            self.errors.append(parameters["entry"]["text"] + " " + parameters["entry"].get("url", ""))
        if method == "Runtime.consoleAPICalled" and parameters["type"] in ("error", "warning", "assert"):
            self.errors.append(json.dumps(parameters["args"])[:500])

    async def evaluate(self, expression):
        result = await self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(json.dumps(result["exceptionDetails"])[:500])
        return result["result"].get("value")

    async def until(self, expression, seconds=15):
        end = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < end:
            try:
                if await self.evaluate(f"Boolean({expression})"):
                    return
            except RuntimeError:
                pass  # the page is being replaced
            await asyncio.sleep(0.02)
        raise TimeoutError(f"{expression} did not become true in {seconds} s")

    async def press(self, key):
        """A key, as a user gesture."""
        code = {" ": "Space", "Escape": "Escape", "Tab": "Tab", "Enter": "Enter"}.get(key, f"Key{key.upper()}")
        text = {"Enter": "\r"}.get(key, key if len(key) == 1 else "")
        number = {"Escape": 27, "Tab": 9, "Enter": 13}.get(key, ord(key[0].upper()))
        common = {"key": key, "code": code, "windowsVirtualKeyCode": number}
        await self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **common)
        await self.call("Input.dispatchKeyEvent", type="keyUp", **common)

    async def click(self, selector):
        """With the mouse, in the middle of what the selector finds: browsers let only a user's own deeds start sound."""
        x, y = await self.evaluate(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)}); e.scrollIntoView({{block: 'center'}}); "
            "const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()")
        for kind in ("mousePressed", "mouseReleased"):
            await self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    async def type(self, text):
        """Into the text box, and sends it."""
        await self.click("#text")
        await self.call("Input.insertText", text=text)
        await self.press("Enter")

    async def screenshot(self, path):
        result = await self.call("Page.captureScreenshot", format="png", optimizeForSpeed=False)
        pathlib.Path(path).write_bytes(base64.b64decode(result["data"]))

    async def close(self):
        await self.browser.call("Target.closeTarget", targetId=self.target)
