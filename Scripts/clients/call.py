"""One call as a client's user lives it: a microphone that never stops, a loudspeaker, and notes of what happened.

Runs in the client's environment, so it needs Python alone. Times are seconds since the call began.
"""

import array
import asyncio
import json
import time
import wave

PIECE_SECONDS = 0.02
# Playback waits this long at the start, and again after a gap.
CUSHION_SECONDS = 0.15
# A piece is speech if the root mean square of its 16-bit samples is above this.
LOUD = 250
# What `weather` says of every city, in words that the recogniser knows; its tool as OpenAI's protocols write it.
WEATHER_DAY = "saturday"
WEATHER = f"{WEATHER_DAY} comes after friday"
WEATHER_TOOL = {
    "type": "function", "name": "get_weather", "description": "The weather in a city.",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}


def read_wave(path, rate):
    """A mono WAV file's samples at `rate` Hz, by linear interpolation."""
    with wave.open(path) as file:
        source, own = array.array("h", file.readframes(file.getnframes())), file.getframerate()
    if own == rate:
        return source.tobytes()
    target = array.array("h")
    for i in range((len(source) - 1) * rate // own):
        place, rest = divmod(i * own, rate)
        target.append((source[place] * (rate - rest) + source[place + 1] * rest) // rate)
    return target.tobytes()


def loudness(pcm):
    samples = array.array("h", pcm)
    return (sum(s * s for s in samples) / max(1, len(samples))) ** 0.5


def speech(pcm, rate):
    """Where it begins and ends in a clip that has silence around it, in seconds."""
    piece = 2 * int(rate * PIECE_SECONDS)
    loud = [i for i in range(0, len(pcm), piece) if loudness(pcm[i : i + piece]) > LOUD]
    return loud[0] / 2 / rate, (loud[-1] + piece) / 2 / rate


class Call:
    """16-bit mono audio: heard at `rate` Hz, spoken at `spoken_rate`."""

    def __init__(self, rate, folder, clips, spoken_rate=None):
        self.rate, self.spoken_rate, self.folder = rate, spoken_rate or rate, folder
        self.clips = {text: read_wave(path, self.spoken_rate) for text, path in clips.items()}
        self.begun = time.monotonic()
        self.to_say = bytearray()
        # What has been played, and until when (call time) loud audio is still to come.
        self.played = bytearray()
        self.loud_until = -1.0
        self.ended = asyncio.Event()
        # Whether the client is to offer `weather` as a tool, and how often that was called.
        self.tools, self.calls = False, 0
        # What the assistant has said.
        self.told = ""

    def now(self):
        return time.monotonic() - self.begun

    def note(self, event, **fields):
        print(json.dumps({"at": round(self.now(), 3), "event": event, **fields}), flush=True)

    # Called by the client.

    def user_text(self, text):
        """A piece of what the server heard, or a whole turn."""
        self.note("user", text=text)

    def assistant_text(self, text):
        self.told += text
        self.note("assistant", text=text)

    def trouble(self, text):
        self.note("trouble", text=str(text)[:500])

    async def weather(self, city):
        """What the tool `get_weather` does."""
        self.calls += 1
        self.note("tool", city=city)
        return WEATHER

    def play(self, pcm):
        """Audio from the server, played as it comes, one piece behind the other."""
        end = len(self.played) / 2 / self.rate
        if end < self.now():
            end = self.now() + CUSHION_SECONDS
            self.played.extend(bytes(2 * int(end * self.rate) - len(self.played)))
        self.played.extend(pcm)
        piece = 2 * int(self.rate * PIECE_SECONDS)
        for i in range(0, len(pcm), piece):
            if loudness(pcm[i : i + piece]) > LOUD:
                self.loud_until = end + (i + piece) / 2 / self.rate

    def flush(self, how):
        """The client dropped what had not been played."""
        place = 2 * int(self.now() * self.rate)
        self.note("flushed", how=how, seconds=round(max(0, len(self.played) - place) / 2 / self.rate, 3))
        del self.played[place:]
        self.loud_until = min(self.loud_until, self.now())

    # The user's actions.

    async def microphone(self):
        """Pieces of 20 ms, in real time, until the call ends: what is to be said, else silence."""
        begun, count, size = time.monotonic(), 0, 2 * int(self.spoken_rate * PIECE_SECONDS)
        while not self.ended.is_set():
            due = begun + count * PIECE_SECONDS
            await asyncio.sleep(max(0, due - time.monotonic()))
            count += 1
            piece = bytes(self.to_say[:size])
            del self.to_say[:size]
            yield piece.ljust(size, b"\0")

    async def say(self, text):
        """Returns when the last of it has gone."""
        clip = self.clips[text]
        begin, end = speech(clip, self.spoken_rate)
        self.note("says", text=text, begin=round(self.now() + begin, 3), end=round(self.now() + end, 3))
        self.to_say.extend(clip)
        while self.to_say:
            await asyncio.sleep(PIECE_SECONDS)

    async def until(self, condition, seconds):
        """Whether it came true in time."""
        end = self.now() + seconds
        while self.now() < end and not self.ended.is_set():
            if condition():
                return True
            await asyncio.sleep(PIECE_SECONDS)
        return condition()

    def is_speaking(self, pause=0.0):
        """Whether the server is heard, or was less than `pause` seconds ago."""
        return self.loud_until > self.now() - pause

    async def answer(self, begin_seconds=4.0, end_seconds=15.0, pause=1.2):
        """Waits until an answer has begun and ended."""
        begun = self.now()
        if await self.until(lambda: self.loud_until > begun and self.is_speaking(), begin_seconds):
            await self.until(lambda: not self.is_speaking(pause), end_seconds)

    def save(self, name):
        with wave.open(f"{self.folder}/{name}.wav", "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(self.rate)
            file.writeframes(bytes(self.played))
