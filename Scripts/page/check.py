"""Whether the page talks: a conversation with an interruption, and what it shows where something is missing."""

import argparse
import array
import asyncio
import base64
import json
import pathlib
import sys
import tempfile

from chromium import Chromium
from line import Line
from looks import causes, choose, faint, out_of_reach, promises, rows_shown, wrongs
from microphone import write

sys.path.append(str(pathlib.Path(__file__).parents[1] / "clients"))
from ears import RATE, Ears  # noqa: E402
from servers import Server  # noqa: E402

QUESTION, STORY, BREAK = "what day comes after monday", "tell me a story", "what day comes after friday"
SCRIPT = [(3, QUESTION), (5, STORY), (2.6, BREAK), (8, "")]
# The model mishears a sentence now and then, breaks off a story on its own, and talks on through one interruption in sixteen.
ATTEMPTS = 3
YIELD_SECONDS_MAX = 1.3

# Everything played since the first block, as 16-bit samples at `RATE`.
PLAYED = f"""(() => {{
  const blocks = recorded.blocks, rate = blocks[0].rate, whole = new Float32Array(blocks.reduce((n, b) => n + b.samples.length, 0));
  let n = 0;
  for (const b of blocks) {{ whole.set(b.samples, n); n += b.samples.length; }}
  const out = new Int16Array(Math.floor(n * {RATE} / rate));
  for (let i = 0; i < out.length; i++) {{
    const at = i * rate / {RATE}, left = Math.floor(at), part = at - left;
    out[i] = 32767 * Math.max(-1, Math.min(1, whole[left] * (1 - part) + (whole[left + 1] ?? 0) * part));
  }}
  let text = "";
  for (const byte of new Uint8Array(out.buffer)) text += String.fromCharCode(byte);
  return btoa(text);
}})()"""
# From the onset of the third utterance to the last loud report before a pause; page times are in milliseconds.
YIELDED = """(() => {
  const loud = recorded.heard.filter((h) => h.level > 0.02).map((h) => h.time);
  const onsets = loud.filter((time, i) => !i || time - loud[i - 1] > 1500);
  const onset = onsets[2], sounds = recorded.reports.filter((r) => r.level > 0.004).map((r) => r.time);
  if (onset === undefined) return { why: "the interruption was not heard by the page" };
  if (!sounds.some((time) => time > onset - 400 && time < onset)) return { why: "nothing was being said" };
  let last = onset;
  for (const time of sounds.filter((time) => time > onset)) if (time - last < 250) last = time;
  return { seconds: (last - onset) / 1000, flushed: recorded.events.some((e) => e.type === "session.flush" && e.time > onset) };
})()"""


ROWS = "[...document.querySelectorAll('#transcript .text')].map((e) => e.innerText)"


def transcript(words):
    return f"document.getElementById('transcript').innerText.toLowerCase().includes({json.dumps(words.lower())})"


async def quiet(tab):
    """Until it has answered; what is typed into an answer interrupts it."""
    await tab.until("document.documentElement.dataset.voice === 'listening'")
    await asyncio.sleep(1.5)


class Failure(Exception):
    pass


def claim(truth, what):
    print(("✓ " if truth else "✗ ") + what, flush=True)
    if not truth:
        raise Failure(what)


class Check:
    def __init__(self, url, folder, shots):
        self.url, self.folder, self.shots = url, folder, shots

    async def shoot(self, tab, name):
        if self.shots:
            await asyncio.sleep(0.4)
            await tab.screenshot(f"{self.shots}/{name}.png")

    async def conversation(self):
        microphone = f"{self.folder}/microphone.wav"
        write(microphone, SCRIPT, self.folder)
        async with Chromium(microphone) as browser:
            tab = await browser.open(self.url + "/?record")
            await self.shoot(tab, "idle")
            await tab.press(" ")
            await tab.until("document.documentElement.dataset.state === 'live'")
            voice = "document.documentElement.dataset.voice === 'speaking'"
            await tab.until(voice, 15)
            await tab.until(f"!({voice})", 15)
            await tab.until(voice, 15)
            await self.shoot(tab, "speaking")
            await asyncio.sleep(9)
            await self.shoot(tab, "interrupted")
            text = (await tab.evaluate("document.getElementById('transcript').innerText")).lower()
            figures = await tab.evaluate("[...document.querySelectorAll('dd')].map((e) => e.id + ' ' + e.textContent).join(', ')")
            samples = array.array("h", base64.b64decode(await tab.evaluate(PLAYED)))
            yielded = await tab.evaluate(YIELDED)
            heard = Ears(self.folder).words(samples)
            print("  ", figures, "| heard:", *heard)
            print("  ", " ".join(text.split()), flush=True)
            claim("interrupted" in text, "the story is marked as interrupted")
            claim("tuesday" in text and "saturday" in text, "both answers are in the transcript")
            claim("tuesday" in heard and "saturday" in heard, "the recogniser hears both answers in what was played")
            claim("seconds" in yielded, yielded.get("why", "the story was being told when it was interrupted"))
            claim(yielded["seconds"] < YIELD_SECONDS_MAX and yielded["flushed"], f"it fell silent {yielded['seconds']:.2f} s after the onset")
            claim("ms" in figures.split(",")[0], "the latency is shown")
            claim(not tab.errors, "no errors in the console " + "; ".join(tab.errors))
            await self.mute(tab)
            await self.small(tab)

    async def mute(self, tab):
        await tab.press("m")
        claim(await tab.evaluate("document.getElementById('mute').getAttribute('aria-pressed') === 'true'"), "M mutes")
        await self.shoot(tab, "muted")
        await tab.press("m")

    async def small(self, tab):
        await tab.look(width=390, height=844, dark=True)
        await asyncio.sleep(0.5)
        await self.shoot(tab, "phone")
        await tab.look(dark=True)
        await self.shoot(tab, "dark")
        await tab.press(" ")
        await tab.until("document.documentElement.dataset.state === 'idle'")

    async def refusals(self, full):
        microphone = f"{self.folder}/quiet.wav"
        write(microphone, [(60, "")], self.folder)
        refusals = (("denied", {"microphone": microphone, "denied": True}, "blocked"), ("nomicrophone", {}, "no microphone"))
        for name, options, words in refusals:
            async with Chromium(**options) as browser:
                tab = await browser.open(self.url)
                await tab.press(" ")
                await tab.until("!document.getElementById('notice').hidden")
                notice = (await tab.evaluate("document.getElementById('notice').innerText")).lower()
                claim(words in notice, f"{name}: “{notice.splitlines()[0]}”")
                await self.shoot(tab, name)
        async with Chromium(microphone) as browser:
            first = await browser.open(full)
            await first.press(" ")
            await first.until("document.documentElement.dataset.state === 'live'")
            second = await browser.open(full)
            await second.press(" ")
            await second.until("document.documentElement.dataset.state === 'full'")
            claim(True, "full: it waits for room")
            await self.shoot(second, "full")
            await first.close()

    async def typed(self):
        """Without a microphone: the state's own tests, every size, an example, a text, help, and the way to speech."""
        async with Chromium() as browser:
            tab = await browser.open(self.url)
            failures = await promises(tab)
            claim(not failures, "the state keeps its promises " + "; ".join(failures))
            rows = await rows_shown(tab)
            claim(rows == [300, True], f"after a thousand answers {rows[0]} rows are shown, the last among them")
            who = await causes(tab)
            claim(who == ["self", "user", "self", "user"], f"it knows who stopped it: {who}")
            wrong = await wrongs(tab, self.shoot, "idle", welcome=True)
            claim(not wrong, "idle, it fits every window " + "; ".join(wrong))
            await self.readable(tab, "idle")
            await choose(tab, "What day comes after Monday?")
            await tab.until(transcript("Tuesday comes after Monday"))
            claim(True, "an example that is chosen is typed and answered, without a microphone")
            await quiet(tab)
            await tab.type("My name is Peter.")
            claim(await tab.evaluate(ROWS + ".at(-1) === 'My name is Peter.'"), "what is typed is shown at once, as it was written")
            await tab.until(transcript("Nice to meet you Peter"))
            rows = await tab.evaluate(ROWS)
            claim(sum("name is peter" in row.lower() for row in rows) == 1, f"what is typed is answered, and shown once: {rows}")
            used = await tab.evaluate("document.getElementById('capacity').innerText")
            claim(used and not used.startswith("0 "), f"the places in use count this conversation: {used}")
            await tab.type("what can you do")
            await tab.until(transcript("The page writes this, not Duet"))
            await quiet(tab)
            await choose(tab, "What color is the sky?")
            await tab.until(transcript("The sky is blue"))
            claim(True, "the page itself answers a cry for help, and its examples can be chosen there")
            wrong = await wrongs(tab, self.shoot, "typed")
            claim(not wrong, "live, it fits every window " + "; ".join(wrong))
            await self.readable(tab, "live")
            await self.by_keyboard(tab)
            await tab.click("#mute")
            await tab.until("document.getElementById('notice').innerText.includes('No microphone was found')")
            live = await tab.evaluate("document.documentElement.dataset.state")
            claim(live == "live", "without a microphone to be had the conversation goes on")
            await tab.click("#toggle")
            await tab.type("hello")
            await tab.until(transcript("How can I help you"))
            claim(await tab.evaluate(transcript("New conversation") + "&&" + transcript("Nice to meet you Peter")), "a new conversation keeps the last one")
            claim(not tab.errors, "no errors in the console " + "; ".join(tab.errors))

    async def readable(self, tab, name):
        lost = await out_of_reach(tab)
        claim(not lost, f"{name}, every notice leaves its buttons and the text box in reach " + "; ".join(lost))
        texts = await faint(tab)
        claim(not texts, f"{name}, every text stands out from what is behind it " + "; ".join(texts))

    async def by_keyboard(self, tab):
        """Interrupts with the button, which is then disabled; the next key must not end the conversation."""
        await tab.type("Tell me a story.")
        await tab.until("document.documentElement.dataset.voice === 'speaking'")
        await tab.evaluate("document.getElementById('interrupt').focus()")
        await tab.press("Enter")
        await tab.until("document.getElementById('interrupt').getAttribute('aria-disabled') === 'true'")
        await tab.press(" ")
        await asyncio.sleep(0.3)
        claim(await tab.evaluate("document.documentElement.dataset.state === 'live' && document.activeElement.id === 'interrupt'"),
              "Interrupt keeps the focus, and a key after it ends nothing")
        await quiet(tab)

    async def speech_later(self):
        """Begun in writing, gone on in speech."""
        async with Chromium(f"{self.folder}/microphone.wav") as browser:
            tab = await browser.open(self.url + "/?record")
            await tab.type("hello")
            await tab.until(transcript("How can I help you"))
            await quiet(tab)
            await tab.click("#mute")
            await tab.until("document.documentElement.dataset.microphone === 'on'")
            await tab.until(transcript("Tuesday comes after Monday"))
            claim(True, "a conversation begun in writing goes on in speech")

    async def away(self, server):
        """With a microphone: without one its notice would come first."""
        async with Chromium(f"{self.folder}/quiet.wav") as browser:
            tab = await browser.open(server.url)
            await tab.until("document.getElementById('connection').innerText === 'Ready'")
            server.stop()
            await tab.until("document.getElementById('connection').innerText === 'Server away'")
            claim(await tab.evaluate("document.getElementById('capacity').innerText === ''"), "a server that is away is not called ready")
            for deed in (tab.click("#toggle"), tab.type("hello there")):
                await deed
                await tab.until("document.documentElement.dataset.state === 'error'")
                title = await tab.evaluate("document.querySelector('#notice h2').innerText")
                claim(title == "The server does not answer.", f"a start without a server: {title}")
            claim(await tab.evaluate(transcript("not sent")), "a text that was not sent is kept and marked")

    async def key(self, locked):
        async with Chromium(f"{self.folder}/quiet.wav") as browser:
            tab = await browser.open(locked)
            await tab.type("hello")
            await tab.until("document.getElementById('unlock').open")
            await self.shoot(tab, "locked")
            asked = "document.querySelector('#unlock p').innerText"
            await self.give(tab, "wrong")
            await tab.until(asked + ".includes('did not take')")
            await tab.click("#unlock .plain")
            await tab.click("#toggle")
            await tab.until("document.getElementById('unlock').open")
            claim("did not take" not in await tab.evaluate(asked), "a key that was refused is forgotten")
            await tab.click("#unlock .plain")
            await tab.type("hello")
            await tab.until("document.getElementById('unlock').open")
            await self.give(tab, "opensesame")
            await tab.until("document.documentElement.dataset.state === 'live'")
            await tab.until(transcript("How can I help you"))
            microphone = await tab.evaluate("document.documentElement.dataset.microphone")
            claim(microphone == "off", "with the server's key it sends what was typed, and takes no microphone")

    async def give(self, tab, key):
        await tab.evaluate(f"document.getElementById('key').value = {json.dumps(key)}")
        await tab.evaluate("document.querySelector('#unlock form').requestSubmit()")

    async def insecure(self, locked):
        """By http from elsewhere a browser gives neither microphone nor sound; a server with keys asks for no name."""
        async with Chromium(name="duet.test") as browser:
            tab = await browser.open(locked.replace("127.0.0.1", "duet.test") + "/#key=opensesame")
            await tab.press(" ")
            await tab.until("document.getElementById('notice').innerText.includes('may not use the microphone')")
            await self.shoot(tab, "insecure")
            await tab.click("#notice .primary")
            await tab.type("What day comes after Monday?")
            await tab.until(transcript("Tuesday comes after Monday"))
            claim(not tab.errors, "without https answers come as text " + "; ".join(tab.errors))

    async def interruption_of_the_line(self, port):
        line = Line(0, port)
        line.server = await asyncio.start_server(line.serve, "127.0.0.1", 0)
        mine = line.server.sockets[0].getsockname()[1]
        microphone = f"{self.folder}/long.wav"
        write(microphone, [(3, "my name is peter"), (12, "what is my name"), (20, "")], self.folder)
        async with Chromium(microphone) as browser:
            tab = await browser.open(f"http://127.0.0.1:{mine}/?record")
            await tab.press(" ")
            await tab.until("document.getElementById('transcript').innerText.toLowerCase().includes('peter')", 20)
            await asyncio.sleep(2.5)
            line.cut()
            await tab.until("document.documentElement.dataset.state === 'reconnecting'", 8)
            await self.shoot(tab, "reconnecting")
            line.mend()
            await tab.until("document.documentElement.dataset.state === 'live'", 15)
            await tab.until("recorded.events.some((e) => e.type === 'session.output_transcript.done' && /name is peter/.test(e.text))", 25)
            claim(True, "a lost connection comes back, and the conversation is the same one")
        line.server.close()


async def several(conversation):
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return await conversation()
        except (Failure, TimeoutError) as failure:
            if attempt == ATTEMPTS:
                raise
            print(f"page-check: again, {failure}", flush=True)


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--shots", help="folder for pictures of every state")
    shots = parser.parse_args().shots
    if shots:
        pathlib.Path(shots).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        server = Server(log=f"{folder}/server.log")
        small = Server(options=("--sessions-max", "1", "--workers", "1", "--phases", "1"), log=f"{folder}/small.log")
        pathlib.Path(f"{folder}/keys").write_text("opensesame\n")
        locked = Server(options=("--keys", f"{folder}/keys"), log=f"{folder}/locked.log")
        try:
            check = Check(server.url, folder, shots)
            await several(check.conversation)
            await several(check.typed)
            await several(check.speech_later)
            await check.refusals(small.url)
            await check.key(locked.url)
            await several(lambda: check.insecure(locked.url))
            await check.away(small)
            await several(lambda: check.interruption_of_the_line(int(server.url.rsplit(":", 1)[1])))
        finally:
            server.stop()
            small.stop()
            locked.stop()
    print("page-check: passed")


try:
    asyncio.run(asyncio.wait_for(main(), 500))
except (Failure, TimeoutError) as failure:
    raise SystemExit(f"page-check: {failure or 'took too long'}") from None
