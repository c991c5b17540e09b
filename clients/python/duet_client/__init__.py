"""A client of Duet's native protocol, /v1/duplex (docs/protocols.md): speak and listen at the same time.

    async with duet_client.connect("ws://127.0.0.1:8998/v1/duplex") as session:
        await session.send(pcm)                # 16-bit mono as it is recorded, from another task
        async for event in session:            # Audio, or a dict with a "type"
            ...

A connection that is lost is made again and the conversation goes on; what is sent meanwhile is dropped, as live audio must be.
"""

import asyncio
import json
import struct
import time
from dataclasses import dataclass
from urllib.parse import quote

from websockets.asyncio.client import connect as open_socket
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

HEADER = struct.Struct("<BBBBIQ")  # kind, codec, flags, epoch, sequence, position in samples at 48 kHz
AUDIO, PCM, OPUS = 1, 0, 1
DISCONTINUITY, SILENCE, SPEECH = 1, 2, 4


class SessionError(Exception):
    """There is no server, or it refused, or ended the session: its message, and its `code` if it gave one."""

    def __init__(self, message, code=None):
        super().__init__(message)
        self.code = code


def _given(**fields):
    """The fields that are not None."""
    return {name: value for name, value in fields.items() if value is not None}


def _refusal(error):
    """An error object of the server's, as an event or a refusal holds it."""
    return SessionError(error.get("message", "the server refused"), error.get("code"))


def _refused(answer):
    """An HTTP answer instead of a websocket."""
    try:
        return _refusal(json.loads(answer.body)["error"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return SessionError(f"HTTP {answer.status_code} {answer.reason_phrase}")


@dataclass
class Audio:
    """What the assistant says, or its silence: 16-bit mono PCM."""

    pcm: bytes
    position_ms: float  # of its first sample, in the session
    epoch: int  # grows with every session.flush, modulo 256: what is older is to be dropped
    sequence: int
    flags: int

    is_speech = property(lambda self: bool(self.flags & SPEECH))
    is_broken = property(lambda self: bool(self.flags & DISCONTINUITY))  # something before this is missing


class _Opus:
    """Packets of 20 ms out, any packets in. Needs opuslib."""

    def __init__(self, rate):
        import opuslib

        self.frame, self.rest = rate // 50, b""
        self.encoder, self.decoder = opuslib.Encoder(rate, 1, "voip"), opuslib.Decoder(rate, 1)

    def encode(self, pcm):
        self.rest += pcm
        size = 2 * self.frame
        whole = len(self.rest) // size * size
        packets = [self.encoder.encode(self.rest[i : i + size], self.frame) for i in range(0, whole, size)]
        self.rest = self.rest[whole:]
        return packets

    def decode(self, packet):
        return self.decoder.decode(packet, 6 * self.frame)


class _PCM:
    encode = staticmethod(lambda pcm: [pcm])
    decode = staticmethod(lambda payload: payload)


class Session:
    """One conversation. `await send(...)` from one task while another iterates over its events."""

    def __init__(
        self, url, codec="pcm", rate=24000, seed=0, decisions=False, key=None, resume=True,
        instructions=None, tools=None, tool_choice=None,
    ):
        self.url, self.rate, self.resumes = url, rate, resume
        form = {"type": f"audio/{codec}", "rate": rate}
        audio = {"input": form, "output": form, "framing": "header"}
        session = {"audio": audio, "seed": seed, "decisions": decisions}
        session |= _given(instructions=instructions, tools=tools, tool_choice=tool_choice)
        self._start = {"type": "session.start", "session": session}
        self._headers = {"authorization": f"Bearer {key}"} if key else {}
        self._codec, self._coder = (OPUS, _Opus(rate)) if codec == "opus" else (PCM, _PCM)
        self._sent = self._position = 0  # messages, and samples at 48 kHz
        self._last = None  # the last audio message that came
        self._started = self._socket = None
        self.round_trip_ms = self.offset_ms = None  # after clock(); the server's clock is ours + offset_ms

    id = property(lambda self: self._started["id"])

    async def __aenter__(self):
        try:
            self._socket = await self._open(self.url)
            await self._put(self._start)
            event = json.loads(await self._socket.recv())
        except InvalidStatus as refused:
            raise _refused(refused.response) from refused
        except (OSError, WebSocketException) as failed:
            raise SessionError(f"no session at {self.url}: {failed}") from failed
        if event["type"] != "session.started":
            await self._socket.close()
            raise _refusal(event.get("error", {}))
        self._started = event["session"]
        return self

    async def __aexit__(self, *_):
        await self._socket.close()

    async def _open(self, url):
        return await open_socket(
            url, subprotocols=["duet.v1"], additional_headers=self._headers, ping_interval=5, ping_timeout=10
        )

    async def _put(self, message):
        """False where there is no connection: the message is dropped."""
        try:
            await self._socket.send(message if isinstance(message, bytes) else json.dumps(message))
            return True
        except ConnectionClosed as lost:
            if lost.rcvd is not None or not self.resumes:
                raise SessionError(str(lost)) from lost
            return False

    # Client messages

    async def send(self, pcm):
        """Microphone audio, 16-bit mono at the session's rate, as it is recorded. 20 ms at a time is best."""
        for payload in self._coder.encode(pcm):
            samples = self._coder.frame if self._codec == OPUS else len(payload) // 2
            header = HEADER.pack(AUDIO, self._codec, 0, 0, self._sent, self._position)
            self._sent, self._position = self._sent + 1, self._position + samples * 48000 // self.rate
            await self._put(header + payload)

    async def ack(self, played_ms):
        """The session's audio before this position has been played."""
        await self._put({"type": "session.playback.ack", "played_ms": played_ms})

    async def interrupt(self):
        await self._put({"type": "session.interrupt"})

    async def tell(self, text):
        """The user wrote this: an answer follows."""
        await self._put({"type": "session.tell", "text": text})

    async def say(self, text):
        """The assistant is to say this."""
        await self._put({"type": "session.say", "text": text})

    async def update(self, instructions=None, tools=None, tool_choice=None):
        """What the text model is to do from its next answer on, and the functions that it may call."""
        session = _given(instructions=instructions, tools=tools, tool_choice=tool_choice)
        await self._put({"type": "session.update", "session": session})

    async def append(self, role, text):
        """A message of the text model's history; `role` is system, user or assistant. No answer follows."""
        await self._put({"type": "session.context.append", "role": role, "text": text})

    async def result(self, call_id, output):
        """What the function of a session.tool.call returned: a text. The assistant speaks of it."""
        await self._put({"type": "session.tool.result", "call_id": call_id, "output": output})

    async def clock(self):
        """The answer sets `round_trip_ms` and `offset_ms`."""
        await self._put({"type": "session.clock", "client_ms": time.monotonic() * 1000})

    async def close(self):
        """The server answers session.closed, after which there are no more events."""
        await self._put({"type": "session.close"})

    # Server events

    async def __aiter__(self):
        while True:
            try:
                while True:
                    yield self._read(await self._socket.recv())
            except ConnectionClosed as closed:
                if closed.rcvd is not None and closed.rcvd.code in (1000, 1001):
                    return
                if closed.rcvd is not None or not (self.resumes and "resume" in self._started):
                    raise SessionError(str(closed)) from closed
            await self._resume()

    def _read(self, message):
        if isinstance(message, bytes):
            _, _, flags, epoch, self._last, position = HEADER.unpack_from(message)
            return Audio(self._coder.decode(message[HEADER.size :]), position / 48, epoch, self._last, flags)
        event = json.loads(message)
        if event["type"] == "session.clock":
            now = time.monotonic() * 1000
            self.round_trip_ms = now - event["client_ms"]
            self.offset_ms = event["server_ms"] - (now + event["client_ms"]) / 2
        return event

    async def _resume(self):
        """A new connection to the same session. The next event is session.resumed."""
        token, seconds = self._started["resume"]["token"], self._started["resume"]["seconds"]
        url = self.url + ("&" if "?" in self.url else "?") + "resume=" + quote(self.id) + "&token=" + token
        deadline, pause = time.monotonic() + seconds, 0.1
        while True:
            try:
                socket = await self._open(url)
                request = {"type": "session.resume", "id": self.id, "token": token, "last_sequence": self._last}
                await socket.send(json.dumps(request))
                self._socket = socket
                return
            except InvalidStatus as refused:
                # 429 and 503 pass; what else the server refuses, it refuses again.
                if refused.response.status_code not in (429, 500, 502, 503, 504):
                    raise _refused(refused.response) from refused
            except (OSError, WebSocketException):
                pass
            if time.monotonic() > deadline:
                raise SessionError("no connection for too long")
            await asyncio.sleep(pause)
            pause = min(2 * pause, 2)


def connect(url, **options):
    """A session to be entered with `async with`. Options: codec "pcm" or "opus", rate, seed, decisions, key, resume; and for
    a server with a text model instructions, tools and tool_choice."""
    return Session(url, **options)
