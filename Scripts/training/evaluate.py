"""Measures a running server on held-out voices, at real-time pace, over its websocket.

    python evaluate.py --duet PATH [--talks 60] [--out report.json]

Starts the server itself on a free port unless --url names one. Suites: requests (answers exactly right, response
latency, speech before the end of the request), interruptions (stops, stop latency, the new answer), and what is no
request (noise bursts, reversed speech). Every time is what a listener hears: 20 ms of jitter buffer included.
"""

import argparse
import asyncio
import json
import random
import subprocess
import sys
import time

import numpy as np
import websockets

import audio
import domain
import voices
from recognizer import Recognizer

RATE = audio.RATE
PACKET = RATE // 50
JITTER = 0.02
LOUD = 0.01


class Talk:
    """One real-time conversation: a microphone that never stops, and ears."""

    def __init__(self, url, noise_seed):
        self.url, self.microphone, self.sent, self.done = url, {}, 0, False
        self.noise = np.random.RandomState(noise_seed)
        self.heard, self.begun, self.events = np.zeros(0, np.float32), None, []

    async def __aenter__(self):
        self.socket = await websockets.connect(self.url, max_size=None, compression=None)
        form = {"type": "audio/pcm", "rate": RATE}
        await self.socket.send(json.dumps({"type": "session.start", "session": {"audio": {"input": form, "output": form}}}))
        started = json.loads(await self.socket.recv())
        if started["type"] != "session.started":
            raise RuntimeError(f"the server answered {started}")
        self.started = time.monotonic()
        self.tasks = [asyncio.create_task(self.speak()), asyncio.create_task(self.listen())]
        return self

    async def __aexit__(self, *_):
        self.done = True
        await self.tasks[0]
        await self.socket.close()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    @property
    def now(self):
        return time.monotonic() - self.started

    async def speak(self):
        tape = np.zeros(0, np.float32)
        while not self.done:
            for at, clip in [self.microphone.popitem()] if self.microphone else []:
                end = at - self.sent + len(clip)
                tape = np.concatenate([tape, np.zeros(max(0, end - len(tape)), np.float32)])
                tape[end - len(clip) : end] += clip
            packet = np.zeros(PACKET, np.float32)
            packet[: min(PACKET, len(tape))] = tape[:PACKET]
            tape = tape[PACKET:]
            packet += self.noise.randn(PACKET) * 1e-3
            wait = (self.sent + PACKET) / RATE - self.now
            if wait > 0:
                await asyncio.sleep(wait)
            await self.socket.send((np.clip(packet, -1, 1) * 32767).astype("<i2").tobytes())
            self.sent += PACKET

    def say(self, clip, after=0.1):
        """Speaks `clip` soon; (start, end) in seconds of the talk."""
        at = self.sent + int(after * RATE)
        self.microphone[at] = clip
        return at / RATE, (at + len(clip)) / RATE

    async def listen(self):
        try:
            async for message in self.socket:
                if isinstance(message, str):
                    self.events.append((self.now, json.loads(message)))
                    continue
                pcm = np.frombuffer(message, "<i2").astype(np.float32) / 32768
                now = self.now + JITTER
                if self.begun is None:
                    self.begun = now
                gap = int((now - JITTER - self.begun) * RATE) - len(self.heard)
                self.heard = np.concatenate([self.heard, np.zeros(max(0, gap), np.float32), pcm])
        except websockets.ConnectionClosed:
            pass

    def loud(self, start, end):
        """Times in [start, end) at which the assistant was heard, every 10 ms."""
        a, b = (max(0, int((t - (self.begun or 0)) * 100)) for t in (start, end))
        x = self.heard[a * 160 : b * 160]
        x = x[: len(x) // 160 * 160].reshape(-1, 160)
        return [(a + i) / 100 + self.begun for i in np.nonzero(np.sqrt((x**2).mean(1)) > LOUD)[0]] if len(x) else []

    def texts(self, since, kind="session.output_transcript.done"):
        return [e for t, e in self.events if t >= since and e["type"] == kind]

    async def quiet(self, since, seconds=0.7, limit=30.0):
        """Waits until the assistant has been silent for `seconds`."""
        while self.now < since + limit:
            await asyncio.sleep(0.1)
            if self.now - since > seconds and not self.loud(self.now - seconds, self.now):
                return


class Voice:
    """Says texts in one held-out voice at one level."""

    def __init__(self, r, group):
        self.r, self.group, self.speakers = r, group, SPEAKERS
        self.level = r.uniform(-28, -18)

    async def __call__(self, text):
        """In a thread of its own, one at a time: the synthesizers must not delay anybody's audio."""
        async with LOCK:
            x = await asyncio.to_thread(self.speakers, self.r, text, self.group)
        return audio.level(x[0], self.level).astype(np.float32)


SPEAKERS = None
# (text, samples) of every answer, for the recognizer.
SPOKEN = []
LOCK = asyncio.Lock()


async def request(talk, voice, turn):
    """Asks once; what came of it."""
    clip = await voice(turn.user)
    start, end = talk.say(clip)
    while talk.now < end + 0.1:
        await asyncio.sleep(0.02)
    for _ in range(125):
        await asyncio.sleep(0.02)
        if talk.loud(end - 0.02, talk.now):
            break
    await talk.quiet(end, limit=30)
    early = talk.loud(start + 0.15, end - 0.04)
    heard = talk.loud(end, talk.now)
    said = " ".join(e["text"] for e in talk.texts(start)).strip()
    transcript = " ".join(e["text"] for e in talk.texts(start, "session.input_transcript.done")).strip()
    if heard and said:
        a, b = (int((t - talk.begun) * RATE) for t in (heard[0] - 0.05, heard[-1] + 0.1))
        SPOKEN.append((said, talk.heard[max(0, a) : b].copy()))
    return dict(
        kind=turn.kind, slot=turn.slot, group=voice.group, user=turn.user, expected=turn.answer, transcript=transcript, said=said,
        right=domain.is_right(turn, said), early=bool(early), latency=(heard[0] - end) if heard else None)


async def requests(url, seed, group):
    """A talk of three requests; memory carries over."""
    r, memory, out = random.Random(seed), domain.Memory(), []
    voice = Voice(r, group)
    async with Talk(url, seed) as talk:
        await asyncio.sleep(r.uniform(0.3, 1.2))
        kinds = list(domain.KINDS)
        for i in range(3):
            # Every kind equally often, in an order in which each follows another kind than its neighbour of the table.
            kind = kinds[(seed * 3 + i) * 7 % len(kinds)]
            if kind == "again" and not (memory.last and memory.repeatable):
                kind = "hello"
            out.append(await request(talk, voice, domain.request(r, memory, kind)))
            await asyncio.sleep(r.uniform(0.2, 0.8))
    return out


async def interruption(url, seed, group):
    """Asks for something long, breaks in with a new request at a random moment of the answer."""
    r = random.Random(seed)
    voice = Voice(r, group)
    async with Talk(url, seed) as talk:
        await asyncio.sleep(0.5)
        first = domain.request(r, kind="story")
        clip = await voice(first.user)
        start, end = talk.say(clip)
        while talk.now < end + 2.5 and not talk.loud(end, talk.now):
            await asyncio.sleep(0.05)
        begun = talk.loud(end, talk.now)
        if not begun:
            return [dict(group=group, talking=False)]
        await asyncio.sleep(r.uniform(0.8, 5))
        turn = domain.request(r, kind=r.choice(["add", "capital", "opposite", "day", "colour", "animal", "name", "stop"]))
        clip = await voice(turn.user)
        before = talk.now
        onset, end = talk.say(clip)
        while talk.now < end + 0.1:
            await asyncio.sleep(0.02)
        talking = bool(talk.loud(onset - 0.4, onset))
        # Stopped: the first 300 ms of silence after the onset.
        times = [t for t in talk.loud(onset, talk.now)]
        stop = onset
        for t in times:
            if t - stop > 0.3:
                break
            stop = t
        await asyncio.sleep(1.2)
        await talk.quiet(end, limit=20)
        heard = talk.loud(end, talk.now)
        said = [e["text"] for e in talk.texts(before) if not e["interrupted"]]
        return [dict(
            group=group, talking=talking, stop=stop - onset, user=turn.user, expected=turn.answer, said=" ".join(said),
            right=domain.is_right(turn, " ".join(said)), latency=(heard[0] - end) if heard else None)]


async def disturbance(url, seed, group):
    """Noise and reversed speech: a reply is a mistake."""
    r, out = random.Random(seed), []
    async with Talk(url, seed) as talk:
        await asyncio.sleep(1.0)
        for kind in ("noise", "reversed"):
            if kind == "noise":
                x = audio.level(np.random.RandomState(seed).randn(int(RATE * r.uniform(0.3, 2.0))).astype(np.float32), r.uniform(-30, -18))
            else:
                x = (await Voice(r, group)(domain.request(r).user))[::-1].copy()
            start, end = talk.say(x)
            while talk.now < end + 2.5:
                await asyncio.sleep(0.1)
            heard = talk.loud(start, talk.now)
            out.append(dict(group=kind, replied=bool(heard)))
            if heard:
                await talk.quiet(end)
    return out


async def run_all(jobs, at_once):
    """Runs coroutine functions, `at_once` at a time; their results joined."""
    gate, out, done = asyncio.Semaphore(at_once), [], 0

    async def one(job):
        nonlocal done
        async with gate:
            try:
                out.extend(await job())
            except Exception as error:
                print(f"a talk failed: {error!r}", file=sys.stderr)
        done += 1
        if done % 20 == 0:
            print(f"  {done}/{len(jobs)} talks", file=sys.stderr, flush=True)

    await asyncio.gather(*(one(job) for job in jobs))
    return out


def share(values):
    values = list(values)
    return float(np.mean(values)) if values else float("nan")


def report(rows, stops, noises):
    lines = ["| voices | requests | exactly right | with a slot to hear | one-answer | spoke before the end | latency median | p90 |", "|---|---|---|---|---|---|---|---|"]
    summary = {}
    for group in ("heldout", "awb", "rms", "all"):
        mine = [r for r in rows if group in (r["group"], "all")]
        late = [r["latency"] for r in mine if r["latency"] is not None]
        s = dict(
            n=len(mine), right=share(r["right"] for r in mine), slot=share(r["right"] for r in mine if r["slot"]),
            one=share(r["right"] for r in mine if not r["slot"]), early=share(r["early"] for r in mine),
            latency_median=float(np.median(late)) if late else None, latency_p90=float(np.percentile(late, 90)) if late else None,
            replied=share(r["latency"] is not None for r in mine))
        summary[group] = s
        if s["n"]:
            lines.append("| %s | %d | %.1f %% | %.1f %% | %.1f %% | %.1f %% | %s | %s |" % (
                group, s["n"], 100 * s["right"], 100 * s["slot"], 100 * s["one"], 100 * s["early"],
                "-" if s["latency_median"] is None else "%.0f ms" % (1000 * s["latency_median"]),
                "-" if s["latency_p90"] is None else "%.0f ms" % (1000 * s["latency_p90"])))
    lines += ["", "| kind | n | exactly right |", "|---|---|---|"]
    for kind in domain.KINDS:
        mine = [r for r in rows if r["kind"] == kind]
        if mine:
            lines.append("| %s | %d | %.0f %% |" % (kind, len(mine), 100 * share(r["right"] for r in mine)))
    talking = [s for s in stops if s["talking"]]
    summary["interruption"] = dict(
        n=len(stops), talking=len(talking), within_640=share(s["stop"] <= 0.64 for s in talking),
        stop_median=float(np.median([s["stop"] for s in talking])) if talking else None, right=share(s["right"] for s in talking))
    summary["disturbance"] = {k: share(n["replied"] for n in noises if n["group"] == k) for k in ("noise", "reversed")}
    summary["disturbance"]["all"] = share(n["replied"] for n in noises)
    i, d = summary["interruption"], summary["disturbance"]
    lines += ["", "interruptions: %d talks, talking at the onset in %d; stopped within 640 ms in %.1f %%, median %s; new answer right %.1f %%" % (
        i["n"], i["talking"], 100 * i["within_640"], "-" if i["stop_median"] is None else "%.0f ms" % (1000 * i["stop_median"]), 100 * i["right"])]
    lines += ["replies to noise bursts %.1f %%, to reversed speech %.1f %%, together %.1f %% (n %d)" % (100 * d["noise"], 100 * d["reversed"], 100 * d["all"], len(noises))]
    return "\n".join(lines), summary


def save(path, summary, rows, stops, noises):
    if path:
        with open(path, "w") as f:
            json.dump(dict(summary=summary, requests=rows, interruptions=stops, disturbances=noises), f, indent=1)


async def everything(suite, a):
    return [await run_all(suite(make, a.talks), a.at_once) for make in (requests, interruption, disturbance)]


def main():
    global SPEAKERS
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--duet", default=".build/release/duet")
    parser.add_argument("--model", default="Models/duet-mini")
    parser.add_argument("--url")
    parser.add_argument("--talks", type=int, default=60, help="talks a suite, of three requests each")
    parser.add_argument("--at-once", type=int, default=8)
    parser.add_argument("--workers", default="1")
    parser.add_argument("--seed", type=int, default=100)
    parser.add_argument("--out")
    parser.add_argument("--recognized", type=int, default=60, help="answers that the independent recogniser hears")
    parser.add_argument("--show", action="store_true", help="print every wrong answer")
    a = parser.parse_args()
    SPEAKERS = voices.Speakers()
    server = None
    if not a.url:
        server = subprocess.Popen(
            [a.duet, "serve", "--port", "0", "--model", a.model, "--workers", a.workers, "--sessions-max", "32"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        a.url = server.stdout.readline().split()[-1]
    try:
        groups = ["heldout", "heldout", "awb", "rms"]
        suite = lambda make, n: [lambda i=i: make(a.url, a.seed + i, groups[i % 4]) for i in range(n)]
        begun = time.time()
        rows, stops, noises = asyncio.run(everything(suite, a))
    finally:
        if server:
            server.terminate()
            server.wait(10)
    text, summary = report(rows, stops, noises)
    save(a.out, summary, rows, stops, noises)
    answers = [(t, x) for t, x in SPOKEN if len(t.split()) <= 14 and " is spelled " not in t][: a.recognized]
    recognizer = Recognizer()
    original = voices.festival([t for t, _ in answers]) if answers else []
    summary["word_error_rate"] = dict(
        n=len(answers), spoken=recognizer.error_rate(answers), original=recognizer.error_rate([(t, x) for (t, _), x in zip(answers, original)]))
    text += "\n\nword error rate of an independent recogniser on %d spoken answers: %.1f %%; on the synthesizer's own voice saying the same: %.1f %%" % (
        len(answers), 100 * summary["word_error_rate"]["spoken"], 100 * summary["word_error_rate"]["original"])
    print(f"{text}\n\n{time.time() - begun:.0f} s at real-time pace, {a.at_once} talks at once")
    if a.show:
        for r in rows + stops:
            if "right" in r and not r["right"]:
                print(f"  {r['group']}: {r['user']} | heard: {r.get('transcript', '-')} | expected: {r['expected']} | said: {r['said']}")
    save(a.out, summary, rows, stops, noises)


if __name__ == "__main__":
    main()
