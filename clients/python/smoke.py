"""Tries a running server with its bundled model: smoke.py [ws://…]. One line a behaviour; fails where one is not there. Needs flite."""

import asyncio
import subprocess
import sys
import tempfile
import time
import wave

import duet_client

RATE = 16000
PACKET = RATE // 50 * 2


def speech(text):
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        subprocess.run(["flite", "-voice", "rms", "-t", text, "-o", file.name], check=True)
        with wave.open(file.name) as recording:
            return recording.readframes(recording.getnframes())


class Talk:
    """A session with a microphone that is always on, and all that came of it."""

    def __init__(self, session):
        self.session, self.waiting, self.events, self.audio = session, b"", [], []
        self.tasks = [asyncio.create_task(self.speak()), asyncio.create_task(self.listen())]

    async def speak(self):
        begun, number = time.monotonic(), 0
        while True:
            packet, self.waiting = self.waiting[:PACKET], self.waiting[PACKET:]
            await self.session.send(packet.ljust(PACKET, b"\0"))
            number += 1
            await asyncio.sleep(max(0, begun + number / 50 - time.monotonic()))

    async def listen(self):
        async for event in self.session:
            (self.audio if isinstance(event, duet_client.Audio) else self.events).append(event)
            if isinstance(event, duet_client.Audio) and len(self.audio) % 10 == 0:
                await self.session.ack(event.position_ms)

    async def until(self, wanted, seconds=8):
        """The first event of now on that is wanted; None where none comes."""
        seen, end = len(self.events), time.monotonic() + seconds
        while time.monotonic() < end:
            for event in self.events[seen:]:
                if wanted(event):
                    return event
            seen = len(self.events)
            await asyncio.sleep(0.01)

    async def type(self, name, seconds=8):
        return await self.until(lambda event: event["type"] == name, seconds)

    async def ask(self, text):
        self.waiting = speech(text)
        done = await self.until(lambda e: e["type"] == "session.output_transcript.done" and not e["interrupted"])
        return done["text"] if done else None


failures = 0


def check(what, holds, found=""):
    global failures
    failures += not holds
    print(f"{'ok  ' if holds else 'FAIL'}  {what}  {found}", flush=True)


async def converse(url, codec):
    async with duet_client.connect(url, codec=codec, rate=RATE, decisions=True) as session:
        talk = Talk(session)
        await asyncio.sleep(0.6)
        await asks(talk, codec)
        await interrupts(talk, codec)
        await asyncio.sleep(2.5)
        await comes_back(talk, codec)
        await asyncio.sleep(1)
        await says_and_closes(talk, codec)


async def asks(talk, codec):
    session = talk.session
    answer = await talk.ask("what day comes after monday")
    check(f"{codec}: answers a question", answer == "tuesday comes after monday", answer)
    await asyncio.sleep(0.5)
    whole = all(
        b.sequence == a.sequence + 1 and abs(b.position_ms - a.position_ms - 80) < 0.1
        for a, b in zip(talk.audio, talk.audio[1:])
    )
    spoken = sum(a.is_speech for a in talk.audio)
    check(f"{codec}: audio is numbered and has its place", whole and spoken > 5, f"{spoken} slices")
    decided = [e["action"] for e in talk.events if e["type"] == "session.decision"]
    check(f"{codec}: tells its decisions", abs(decided.count("speak") - spoken) < 2)
    await session.clock()
    check(f"{codec}: compares clocks", await talk.type("session.clock", 2), f"{session.round_trip_ms or 0:.1f} ms")


async def interrupts(talk, codec):
    session = talk.session
    talk.waiting = speech("tell me a story")
    await talk.until(lambda e: e["type"] == "session.state" and e["state"] == "speaking")
    await asyncio.sleep(1.5)
    done = asyncio.create_task(talk.until(lambda e: e["type"] == "session.output_transcript.done"))
    await session.interrupt()
    flush = await talk.type("session.flush", 1)
    await asyncio.sleep(0.5)
    fresh = [a for a in talk.audio if flush and a.epoch == flush["epoch"]]
    check(
        f"{codec}: falls silent when interrupted",
        fresh and not any(a.is_speech for a in fresh),
        f"epoch {flush and flush['epoch']}",
    )
    done = await done
    check(
        f"{codec}: knows what was heard",
        done
        and done["interrupted"]
        and done["text"].startswith(done["heard"])
        and len(done["heard"]) < len(done["text"]),
        f"{done and done['heard']!r} of {done and done['text']!r}",
    )


async def comes_back(talk, codec):
    session = talk.session
    name = session.id
    session._socket.transport.abort()  # as when the network goes
    resumed = await talk.type("session.resumed", 5)
    check(
        f"{codec}: comes back when cut off",
        resumed and resumed["session"]["id"] == name,
        f"{resumed and resumed['replayed']} events told again",
    )
    answer = await talk.ask("what day comes after monday")
    check(f"{codec}: goes on", answer == "tuesday comes after monday", answer)
    check(f"{codec}: marks the gap", sum(a.is_broken for a in talk.audio) == 1)


async def says_and_closes(talk, codec):
    session = talk.session
    await session.say("good morning")
    done = await talk.until(lambda e: e["type"] == "session.output_transcript.done")
    check(f"{codec}: says a text", done and done["text"] == "good morning", done and done["text"])
    await session.close()
    closed = await talk.type("session.closed", 3)
    await asyncio.wait_for(talk.tasks[1], 3)
    talk.tasks[0].cancel()
    check(f"{codec}: closes", closed and closed["reason"] == "close_requested")


async def refuses(url):
    for wrong, code in [(url.replace("/v1/duplex", "/nothing"), "not_found"), ("ws://127.0.0.1:1/v1/duplex", None)]:
        try:
            async with duet_client.connect(wrong):
                check("says why there is no session", False, wrong)
        except duet_client.SessionError as why:
            check("says why there is no session", why.code == code, why)


async def main(url="ws://127.0.0.1:8998/v1/duplex"):
    await refuses(url)
    codecs = ["pcm"]
    try:
        import opuslib  # noqa: F401

        codecs.append("opus")
    except ImportError:
        print("      opus is not tried: there is no opuslib")
    for codec in codecs:
        await converse(url, codec)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
    sys.exit(1 if failures else 0)
