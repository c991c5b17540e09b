"""Who calls: what a client of each protocol says, and what it understands of what it is told."""

import array
import base64
import json
import struct

from link import BINARY, frame, text

MODEL = "duet-mini"
# 20 ms of Opus silence (RFC 6716 §3.1, configuration 31).
OPUS_SILENCE = b"\xf8\xff\xfe"


def native(rate, framing, seed=0):
    form = {"type": "audio/pcm", "rate": rate}
    return text({"type": "session.start", "session": {
        "audio": {"input": {"type": "audio/pcm", "rate": 16000}, "output": form, "framing": framing}, "seed": seed}})


class Caller:
    """State of one call. `rate` is what it speaks at; samples are 16-bit."""

    name, path, rate = "", "", 16000
    # The protocol's farewell message, if it has one.
    farewell = None
    has_text = True

    def __init__(self):
        self.id = self.token = None
        self.started, self.words, self.marks, self.errors, self.infos = False, "", 0, [], []
        # Audio messages received, and how many of them were not silent.
        self.slices = self.loud = 0

    def first(self, seed=0):
        return b""

    def wrap(self, pcm):
        raise NotImplementedError

    def take(self, kind, payload):
        if kind == BINARY:
            self.hear(payload)
        else:
            event = json.loads(payload)
            self.read(event.get("type", ""), event)

    def hear(self, payload):
        self.slices += 1
        self.loud += any(payload)

    def read(self, kind, event):
        if kind in ("session.started", "session.resumed", "session.created"):
            self.started, self.id = True, event["session"].get("id")
            self.token = event["session"].get("resume", {}).get("token", self.token)
        elif kind == "error":
            self.errors.append(event["error"].get("code"))
        elif kind == "info":
            self.infos.append(event.get("code"))
        elif kind.endswith("output_transcript.delta") or kind.endswith("output_audio_transcript.delta"):
            self.words += event["delta"]
        elif kind.endswith("output_audio.delta"):
            self.hear(base64.b64decode(event["delta"]))

    def is_answered(self):
        return "tuesday" in self.words if self.has_text else self.marks > 0


class Native(Caller):
    name, path = "native", "/v1/duplex"
    farewell = text({"type": "session.close"})

    def first(self, seed=0):
        return native(16000, "raw", seed)

    def wrap(self, pcm):
        return frame(BINARY, pcm)


class Wide(Native):
    """At 48 kHz: the most bytes a second."""

    name, bytes_a_second = "native, 48 kHz", 96_100

    def first(self, seed=0):
        return native(48000, "raw", seed)


class Header(Native):
    """The native protocol with sixteen bytes before all audio."""

    name = "native, header"

    def __init__(self):
        super().__init__()
        self.sent = self.position = 0

    def first(self, seed=0):
        return native(16000, "header", seed)

    def wrap(self, pcm):
        head = struct.pack("<BBBBIQ", 1, 0, 0, 0, self.sent, self.position)
        self.sent, self.position = self.sent + 1, self.position + len(pcm) // 2 * 3
        return frame(BINARY, head + pcm)

    def hear(self, payload):
        super().hear(payload[16:])


class Live(Caller):
    name, path, bytes_a_second = "Live", "/v1/live/sessions", 43_600
    farewell = text({"type": "session.close"})

    def first(self, seed=0):
        form = {"type": "audio/pcm", "rate": 16000}
        return text({"type": "session.start", "session": {"model": MODEL, "audio": {"format": form}}})

    def wrap(self, pcm):
        return text({"type": "session.input_audio.append", "audio": base64.b64encode(pcm).decode()})


class Realtime(Caller):
    name, path, rate = "Realtime", f"/v1/realtime?model={MODEL}", 24000

    def wrap(self, pcm):
        return text({"type": "input_audio_buffer.append", "audio": base64.b64encode(pcm).decode()})


class Duplex(Realtime):
    name, path, rate = "Realtime, duplex", f"/v1/realtime?model={MODEL}&duplex=1", 16000
    farewell = text({"type": "session.close"})


class Moshi(Caller):
    """Opus is not in Python: its clients send silence, in pages of Ogg of a packet each."""

    name, path, speaks = "Moshi", "/api/chat", False

    def __init__(self):
        super().__init__()
        self.pages = self.granule = 0

    def wrap(self, pcm):
        """As many packets of 20 ms as the samples would take."""
        return b"".join(frame(BINARY, b"\x01" + self.page(OPUS_SILENCE)) for _ in range(max(1, len(pcm) // 640)))

    def page(self, packet, checksum=None):
        """RFC 3533 §6, one packet of less than 255 bytes."""
        self.granule += 960
        head = struct.pack("<4sBBqIII", b"OggS", 0, 2 if self.pages == 0 else 0, self.granule, 7, self.pages, 0)
        self.pages += 1
        page = head + bytes([1, len(packet)]) + packet
        return page[:22] + struct.pack("<I", crc(page) if checksum is None else checksum) + page[26:]

    def take(self, kind, payload):
        if payload[:1] == b"\x00":
            self.started = True
        elif payload[:1] == b"\x01":
            self.slices += 1
        elif payload[:1] == b"\x02":
            self.words += payload[1:].decode()
        elif payload[:1] == b"\x05":
            self.errors.append(payload[1:].decode())


class Twilio(Caller):
    name, path, rate, has_text = "Twilio", "/twilio", 8000, False
    farewell = text({"event": "stop", "streamSid": "MZ1"})

    def first(self, seed=0):
        form = {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}
        start = {"streamSid": "MZ1", "tracks": ["inbound"], "mediaFormat": form, "customParameters": {"seed": str(seed)}}
        return text({"event": "connected"}) + text({"event": "start", "streamSid": "MZ1", "start": start})

    def wrap(self, pcm):
        payload = base64.b64encode(bytes(map(mulaw, array.array("h", pcm)))).decode()
        return text({"event": "media", "streamSid": "MZ1", "media": {"payload": payload}})

    def take(self, kind, payload):
        event = json.loads(payload)
        if event["event"] == "media":
            # Twilio has no event for the start of a session.
            self.started = True
            self.slices += 1
            self.loud += any(byte != 255 for byte in base64.b64decode(event["media"]["payload"]))
        elif event["event"] == "mark":
            self.marks += 1


CALLERS = [Native, Header, Live, Realtime, Duplex, Moshi, Twilio]
CRC_TABLE = []
for byte in range(256):
    value = byte << 24
    for _ in range(8):
        value = (value << 1 ^ (0x04C11DB7 if value & 0x80000000 else 0)) & 0xFFFFFFFF
    CRC_TABLE.append(value)


def crc(page):
    value = 0
    for byte in page:
        value = (value << 8 & 0xFFFFFFFF) ^ CRC_TABLE[value >> 24 ^ byte]
    return value


def mulaw(sample):
    """G.711."""
    magnitude, sign = min(32635, abs(sample)) + 132, 0x80 if sample < 0 else 0
    exponent = magnitude.bit_length() - 8
    return ~(sign | exponent << 4 | magnitude >> exponent + 3 & 15) & 255
