"""Sends a server the longest messages of each protocol that it may, one after the other, and says how many.

    python3 Scripts/soaking/largest.py PORT SECONDS      beside duet bench sessions --url ws://127.0.0.1:PORT/v1/duplex
"""

import asyncio
import json
import sys
import time

from callers import Live, Moshi, Native, Realtime, Twilio, native
from link import BINARY, Link, Refused, frame, text

KIB = 1024
LIVE = text({"type": "session.start", "session": {}})
TWILIO = text({"event": "start", "streamSid": "s", "start": {"tracks": ["inbound"]}})


def nested(count):
    """A list as deep as is taken, with as many bytes."""
    return "[" * 31 + "1," * (count // 2) + "1" + "]" * 31


def item(fields):
    return '{"type":"conversation.item.create","item":{%s}}' % fields


MESSAGES = [
    (Native, native(16000, "raw"), text({"type": "session.tell", "text": "7" * 4000})),
    (Native, native(16000, "raw"), text({"type": "session.say", "text": "1 " * 2000})),
    (Native, native(16000, "raw"), text('{"type":"x","a":%s}' % nested(60 * KIB))),
    (Live, LIVE, text('{"type":"session.update","session":{"x":%s}}' % nested(60 * KIB))),
    (Live, LIVE, text({"type": "session.commentary.append", "content": "a1 " * 1300})),
    (Realtime, b"", text('{"type":"session.update","session":{"tools":%s}}' % nested(120 * KIB))),
    (Realtime, b"", text(item('"type":"function_call_output","call_id":"c","output":"%s"' % ("x" * 120 * KIB)))),
    (Realtime, b"", text(json.dumps({"type": "input_audio_buffer.append", "audio": "AAAA" * 250 * KIB}))),
    (Twilio, TWILIO, text({"event": "media", "media": {"payload": "f" * 60 * KIB}})),
    (Moshi, b"", frame(BINARY, b"\1" + b"O" * 63 * KIB)),
]


async def send(port, kind, first, message):
    caller = kind()
    link = await Link.open(port, caller.path, lambda *_: None)
    await link.send(first)
    await asyncio.sleep(0.05)
    await link.send(message)
    await asyncio.sleep(0.15)
    await link.close()


async def main(port, seconds):
    end, sent, refused = time.monotonic() + seconds, 0, 0
    while time.monotonic() < end:
        for message in MESSAGES:
            try:
                await send(port, *message)
                sent += 1
            except (Refused, OSError, asyncio.TimeoutError):
                refused += 1
                await asyncio.sleep(0.2)
    print(f"{sent} messages, {refused} refused")


asyncio.run(main(int(sys.argv[1]), float(sys.argv[2])))
