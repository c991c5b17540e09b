"""Conversations that are compared, sample by sample, with the same ones alone. A process of its own, so that nobody else's work
in Python makes it late.

The next slice of input goes out when a slice of output has come: the server then has exactly one when it takes one, and what it
hears does not depend on how fast anything ran. Where that fails, input was late, and the conversation says so.
"""

import array
import asyncio
import json
import struct
import sys
import time

from callers import Header
from link import BINARY, Link, Refused

SLICE_SECONDS, SLICE_BYTES, STEP_BYTES = 0.08, 2560, 640
# Assumed delay between the server taking a slice's input and our receiving its output.
MARGIN_SECONDS = 0.02
# Slices to wait for after a difference: their arrival shows when the earlier ones were due.
AFTER = 12
SILENCE_SECONDS_MAX, GAP_SECONDS, ROUNDS_MAX = 30, 0.4, 6


def say(**fields):
    print(json.dumps(fields), flush=True)


class Talk:
    """One conversation: `pcm` is what is said, in whole slices."""

    def __init__(self, port, pcm, seed, reference=None):
        self.port, self.pcm, self.seed, self.reference = port, pcm, seed, reference
        self.count = len(pcm) // SLICE_BYTES
        # The slices received, when they arrived, and when the input after each was sent.
        self.got, self.came, self.sent = [], [], []
        # The slice at which the server or the connection reported lost time or input.
        self.account, self.differs, self.fault = None, None, None

    def block(self, number):
        """A slice's input, in steps of 20 ms."""
        slice_ = self.pcm[number * SLICE_BYTES : (number + 1) * SLICE_BYTES]
        return b"".join(self.caller.wrap(slice_[i : i + STEP_BYTES]) for i in range(0, SLICE_BYTES, STEP_BYTES))

    async def run(self):
        self.caller, self.begun = Header(), time.monotonic()
        first = self.caller.first(self.seed) + self.block(0)
        self.link = await Link.open(self.port, self.caller.path, self.take, first=first)
        self.open_seconds = time.monotonic() - self.begun
        while not self.is_over():
            before = len(self.got)
            if not await self.link.until(lambda: len(self.got) > before or self.is_over(), SILENCE_SECONDS_MAX):
                self.fault = self.fault or (
                    f"was ended by the server with {self.link.code} {self.link.reason}".strip() if self.link.code
                    else f"heard nothing for {SILENCE_SECONDS_MAX} s")
                break
        if self.fault is None:
            await self.link.send(self.caller.farewell)
            await self.link.until(lambda: self.link.code is not None, SILENCE_SECONDS_MAX)
        self.link.finish()

    def is_over(self):
        if self.fault or len(self.got) == self.count or self.account is not None:
            return True
        return self.differs is not None and len(self.got) > self.differs + AFTER

    def take(self, kind, payload):
        if kind != BINARY:
            event = json.loads(payload)
            self.caller.read(event["type"], event)
            if event["type"] == "info":
                self.lose(event["code"])
            elif event["type"] == "error":
                self.fault = f"was answered by an error: {event['error']}"
            return
        number, position = len(self.got), struct.unpack_from("<Q", payload, 8)[0]
        if position != number * 3840 and self.account is None:
            self.fault = f"has slice {number} at position {position} instead of {number * 3840}, and was told nothing"
        self.got.append(payload[16:])
        self.came.append(time.monotonic())
        if self.reference and self.differs is None and self.account is None and payload[16:] != self.reference[number]:
            self.differs = number
        if number + 1 < self.count:
            try:
                block = self.block(number + 1)
                if self.link.socket.send(block) < len(block):
                    self.lose("input_not_taken")
            except OSError:
                self.lose("input_not_taken")
            self.sent.append(time.monotonic())

    def lose(self, code):
        if self.account is None:
            self.account = (len(self.got), code)

    # Verdict

    def slacks(self):
        """For every slice of input but the first, how long before it was due it had gone. Slices are due at even distances; the
        output that came soonest tells where."""
        if not self.came:
            return []
        base = min(at - i * SLICE_SECONDS for i, at in enumerate(self.came))
        return [base + (i + 1) * SLICE_SECONDS - MARGIN_SECONDS - at for i, at in enumerate(self.sent)]

    def result(self):
        edges = [self.begun + self.open_seconds, *self.came]
        gaps = [(a, b - a) for a, b in zip(edges, edges[1:]) if b - a > GAP_SECONDS]
        compared = self.differs if self.differs is not None else self.account[0] if self.account else len(self.got)
        return {
            "slices": compared, "account": self.account and self.account[1], "fault": self.fault, "gaps": gaps,
            "begun": self.begun, "open": self.open_seconds, "difference": self.difference(), "session": self.caller.id}

    def difference(self):
        if self.differs is None:
            return None
        ours = array.array("h", self.got[self.differs])
        alone = array.array("h", self.reference[self.differs])
        slacks = self.slacks()[: self.differs]
        distances = [abs(a - b) for a, b in zip(ours, alone)]
        return {
            "slice": self.differs, "samples": sum(d > 0 for d in distances), "largest": max(distances),
            "at": self.came[self.differs], "slack": min(slacks, default=1.0)}


def slices_of(pcm):
    return [pcm[i : i + SLICE_BYTES] for i in range(0, len(pcm), SLICE_BYTES)]


async def record(plan):
    """Each alone, then all at once, until two are the same."""
    known = [set() for _ in plan["talks"]]
    for round_ in range(ROUNDS_MAX):
        missing = [i for i, talk in enumerate(plan["talks"]) if "reference" not in talk]
        if not missing:
            return
        talks = {i: Talk(plan["port"], read(plan["talks"][i]["pcm"]), plan["talks"][i]["seed"]) for i in missing}
        if round_ % 2 == 0:
            for talk in talks.values():
                await talk.run()
        else:
            await asyncio.gather(*(talk.run() for talk in talks.values()))
        for i, talk in talks.items():
            heard = b"".join(talk.got)
            whole = talk.fault is None and talk.account is None and len(talk.got) == talk.count
            if whole and heard in known[i]:
                plan["talks"][i]["reference"] = path = plan["talks"][i]["pcm"] + ".alone"
                with open(path, "wb") as file:
                    file.write(heard)
                say(recorded=i, reference=path, loud=any(heard), words=talk.caller.words)
            elif whole:
                known[i].add(heard)


async def hold(plan, number):
    """One conversation after the other."""
    talk, waited = plan["talks"][number], None
    pcm, reference = read(talk["pcm"]), slices_of(read(talk["reference"]))
    while time.monotonic() < plan["until"]:
        one = Talk(plan["port"], pcm, talk["seed"], reference)
        try:
            await one.run()
        except Refused as refused:
            waited = waited or time.monotonic()
            say(held=number, refused=str(refused), waiting=time.monotonic() - waited)
            await asyncio.sleep(1)
            continue
        except (OSError, asyncio.TimeoutError) as lost:
            say(held=number, refused=f"{type(lost).__name__} {lost}", waiting=time.monotonic() - one.begun)
            await asyncio.sleep(1)
            continue
        waited = None
        say(held=number, **one.result())


def read(path):
    with open(path, "rb") as file:
        return file.read()


async def lag():
    """Tells when this process itself was late."""
    while True:
        before = time.monotonic()
        await asyncio.sleep(0.05)
        late = time.monotonic() - before - 0.05
        if late > 0.1:
            say(lag=late, at=before)


async def main():
    plan = json.loads(sys.argv[1])
    if "until" not in plan:
        return await record(plan)
    lagging = asyncio.create_task(lag())
    await asyncio.gather(*(hold(plan, i) for i in range(len(plan["talks"]))))
    lagging.cancel()


if __name__ == "__main__":
    asyncio.run(main())
