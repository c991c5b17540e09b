"""A bare websocket that keeps every server event as it came, and checks what it is answered.

Runs in openai's environment, for its websockets.
"""

import asyncio
import base64
import json

from call import Call
from websockets.asyncio.client import connect

ANSWER_SECONDS_MAX = 5


class Probe:
    def __init__(self, call, appending):
        self.call, self.appending, self.events, self.lines = call, appending, [], []
        self.ended, self.pumping = None, None

    async def open(self, url):
        self.socket = await connect(url.replace("http", "ws"), max_size=None)
        self.receiving = asyncio.create_task(self.receive())

    async def receive(self):
        async for line in self.socket:
            self.lines.append(line)
            self.events.append(json.loads(line))
        self.ended = self.socket.close_code

    def speak(self):
        """From now on audio flows, without end."""
        self.pumping = asyncio.create_task(self.pump())

    async def hush(self):
        self.call.ended.set()
        if self.pumping:
            await self.pumping

    async def pump(self):
        async for piece in self.call.microphone():
            await self.send({"type": self.appending, "audio": base64.b64encode(piece).decode()})

    async def send(self, event):
        await self.socket.send(event if isinstance(event, (str, bytes)) else json.dumps(event))

    async def wait(self, matches, seconds=ANSWER_SECONDS_MAX, since=0):
        """The first event that matches."""
        end = self.call.now() + seconds
        while True:
            for event in self.events[since:]:
                if matches(event):
                    return event
            if self.call.now() > end or self.ended is not None:
                return None
            await asyncio.sleep(0.01)

    async def ask(self, event, expected, fields=None, seconds=ANSWER_SECONDS_MAX):
        """Sends an event, and notes whether what is expected came: a type, or an error's code."""
        since, shown = len(self.events), event if isinstance(event, (str, bytes)) else json.dumps(event)
        await self.send(event)
        found = await self.wait(lambda e: e["type"] == expected or code(e) == expected, seconds, since)
        wrong = found is None or any(at(found, path) != value for path, value in (fields or {}).items())
        if wrong:
            self.fault(f"{str(shown)[:120]}: expected {expected} {fields or ''}, came {json.dumps(found)}")
        return found

    def expect(self, truth, text):
        if not truth:
            self.fault(text)

    def fault(self, text):
        self.call.note("fault", text=text)

    def save(self, path):
        with open(path, "a") as file:
            file.writelines(line + "\n" for line in self.lines)


def code(event):
    return (event.get("error") or {}).get("code") if event["type"] == "error" else None


def at(event, path):
    for name in path.split("."):
        event = event.get(name) if isinstance(event, dict) else None
    return event


def joined(events, kind, field="delta"):
    return "".join(event[field] for event in events if event["type"] == kind).strip()


def new_call(plan, rate):
    return Call(rate, plan["folder"], plan["clips"])
