"""Clients who mean ill: what each does is refused, or costs the others nothing. Each is a method, tried in turn."""

import asyncio
import contextvars

from callers import CALLERS, Live, Moshi, Native, Realtime, Twilio, native
from link import BINARY, CLOSE, PING, TEXT, Link, Refused, frame, http, text
from visits import enter
from world import silence

ALIVE_SECONDS, CLOSE_SECONDS, BODY_SECONDS_MAX = 15, 15, 45
DEPTH, LETTERS = 480, 4000


def deep(size=58_000):
    """About so many bytes of legal JSON, nested as deep as some readers bear."""
    leaves = ",".join(["1"] * max(1, size // 2 - 4 * DEPTH))
    return '[{"a":' * (DEPTH // 2) + f"[{leaves}]" + "}]" * (DEPTH // 2)


TRICK = contextvars.ContextVar("trick")


class Hostile:
    def __init__(self, world):
        self.world, self.random = world, world.random

    def tricks(self, without=()):
        all_ = [getattr(self, name) for name in sorted(vars(Hostile)) if name.startswith("try_")]
        return [trick for trick in all_ if not any(word in self.name(trick) for word in without)]

    def name(self, trick):
        return trick.__name__.removeprefix("try_").replace("_", " ")

    async def run(self, trick):
        name = self.name(trick)
        TRICK.set(name)
        self.world.note(name)
        self.world.counts["hostile"] += 1
        try:
            await trick()
        except (OSError, asyncio.TimeoutError) as lost:
            # The server may close the connection of a hostile client at any time, without reading the rest.
            self.world.counts[f"hostile, {type(lost).__name__}"] += 1

    # Expected outcomes

    async def send(self, kind, *frames, codes=(), may_end=False):
        """Says all of it in a session of its own. Without `codes` the session must go on, or `may_end`, but at once; else it must
        end with one of them."""
        call = await enter(self.world, kind)
        if call is None:
            return
        link, caller = call
        try:
            for one in frames:
                await link.send(one)
            await asyncio.sleep(0.1)
            if codes:
                await self.expect_end(link, caller, codes)
            elif not await link.is_alive(ALIVE_SECONDS) and not (may_end and link.code is not None):
                self.blame(f"{caller.name}: what is allowed, and the session is {self.fate(link)}")
        except OSError:
            if not codes and not may_end:
                self.blame(f"{caller.name}: what is allowed, and the session is {self.fate(link)}")
        self.part(link)

    async def expect_end(self, link, caller, codes):
        await link.until(lambda: link.code is not None, CLOSE_SECONDS)
        if link.code not in codes:
            told = " or ".join(map(str, codes))
            self.blame(f"{caller.name}: what is forbidden was answered by {link.code} instead of {told}")

    def fate(self, link):
        return f"closed with {link.code} {link.reason}" if link.code is not None else f"silent for {ALIVE_SECONDS} s"

    def part(self, link):
        self.random.choice([link.reset, link.finish])()

    def blame(self, sentence):
        self.world.blame(f"{sentence} ({TRICK.get()})", sentence)

    async def ask(self, request, seconds=10, pause=0.0, pieces=None):
        """The status, the head, the body and whether the server hung up."""
        answer, ended, took = await http(self.world.port, pieces or [request.encode("latin1")], seconds, pause)
        head, _, body = answer.partition(b"\r\n\r\n")
        words = head.split(b" ")
        return int(words[1]) if len(words) > 1 and words[1].isdigit() else 0, head.lower(), body, ended, took

    def host(self):
        return f"Host: 127.0.0.1:{self.world.port}\r\n"

    # Messages that cost more than others: the session may end, but no other may suffer

    async def try_deep_json_native(self):
        await self.send(Native, text(f'{{"type":"session.tell","text":"","x":{deep()}}}'), may_end=True)

    async def try_deep_json_live(self):
        await self.send(Live, text(f'{{"type":"session.update","session":{{"x":{deep()}}}}}'), may_end=True)

    async def try_deep_json_live_at_start(self):
        call = await enter(self.world, Live, first=False)
        if call:
            await call[0].send(text(f'{{"type":"session.start","session":{{"x":{deep()}}}}}'))
            await call[0].is_alive(ALIVE_SECONDS)
            self.part(call[0])

    async def try_deep_json_realtime(self):
        await self.send(Realtime, text(f'{{"type":"session.update","session":{{"type":"realtime","tools":[{deep()}]}}}}'), may_end=True)

    async def try_deep_json_realtime_item(self):
        item = f'{{"type":"message","role":"user","content":[],"x":{deep(200_000)}}}'
        await self.send(Realtime, text(f'{{"type":"conversation.item.create","item":{item}}}'), may_end=True)

    async def try_deep_json_twilio(self):
        await self.send(Twilio, text(f'{{"event":"dtmf","x":{deep()}}}'), may_end=True)

    async def try_deep_json_by_post(self):
        body = f'{{"session":{{"x":{deep(7_500)}}}}}'
        await self.ask(
            f"POST /v1/realtime/client_secrets HTTP/1.1\r\n{self.host()}Content-Length: {len(body)}\r\n\r\n{body}")

    async def try_huge_settings(self):
        settings = {"type": "session.update", "session": {"type": "realtime", "tools": [[1]] * 9000}}
        again = {"type": "session.update", "session": {"type": "realtime", "voice": "a"}}
        await self.send(Realtime, text(settings), *[text(again)] * 20, may_end=True)

    async def try_huge_settings_live(self):
        again = {"type": "session.update", "session": {"b": 1}}
        await self.send(Live, text({"type": "session.update", "session": {"a": [[1]] * 9000}}), *[text(again)] * 20, may_end=True)

    async def try_long_words(self):
        told = [text({"type": kind, "text": "q" * LETTERS}) for kind in ("session.tell", "session.say") for _ in range(10)]
        await self.send(Native, *told, may_end=True)

    async def try_long_words_realtime(self):
        content = [{"type": "input_text", "text": "é" * (LETTERS // 2 - 50)}]
        item = {"type": "conversation.item.create", "item": {"type": "message", "role": "user", "content": content}}
        await self.send(Realtime, *[text(item), text({"type": "response.create"}), text({"type": "response.cancel"})] * 5, may_end=True)

    # Floods

    async def try_flood_of_events(self):
        await self.send(Native, *[text({"type": "session.interrupt"})] * 300, codes=(1008,))

    async def try_flood_of_audio(self):
        await self.send(Native, *[frame(BINARY, silence(16000, 1))] * 120)

    async def try_flood_of_pings(self):
        await self.send(self.random.choice(CALLERS), *[frame(PING, b"soak")] * 500)

    async def try_flood_of_connections(self):
        """As many as come in no time, and go."""
        opened = await asyncio.gather(
            *(Link.open(self.world.port, Native.path, lambda *_: None) for _ in range(60)), return_exceptions=True)
        for link in opened:
            if isinstance(link, Link):
                self.part(link)

    async def try_starts_and_resets(self):
        """Sixteen sessions that are held for nobody."""
        opened = await asyncio.gather(
            *(Link.open(self.world.port, Native.path, lambda *_: None, first=native(16000, "raw")) for _ in range(16)),
            return_exceptions=True)
        await asyncio.sleep(0.2)
        for link in opened:
            if isinstance(link, Link):
                link.reset()

    # Invalid messages

    async def try_random_bytes(self):
        kind = self.random.choice(CALLERS)
        noise = [frame(self.random.choice((TEXT, BINARY)), self.random.randbytes(self.random.randint(0, 3000))) for _ in range(20)]
        call = await enter(self.world, kind)
        if call:
            try:
                for one in noise:
                    await call[0].send(one)
                await call[0].is_alive(ALIVE_SECONDS)
            finally:
                self.part(call[0])

    async def try_random_bytes_behind_the_upgrade(self):
        call = await enter(self.world, self.random.choice(CALLERS), first=False)
        if call:
            await call[0].send(self.random.randbytes(5000))
            await call[0].until(lambda: call[0].code is not None, 2)
            self.part(call[0])

    async def try_messages_with_the_upgrade(self):
        """Two at once, and before they are asked for."""
        caller = Native()
        first = caller.first() + text({"type": "session.clock", "client_ms": 1})
        try:
            link = await Link.open(self.world.port, caller.path, caller.take, first=first)
        except Refused:
            return
        if not await link.until(lambda: caller.started, ALIVE_SECONDS):
            self.blame(f"two messages came with the upgrade, and the session is {self.fate(link)}")
        self.part(link)

    async def try_no_utf8(self):
        await self.send(Native, frame(TEXT, b'{"type":"\xff\xfe\xc0\x80"}'), codes=(1007,))

    async def try_lone_surrogates(self):
        await self.send(Native, frame(TEXT, b'{"type":"session.tell","text":"\\ud800 \\u0000"}'))

    async def try_oversize_frame(self):
        await self.send(Native, frame(TEXT, b" " * 70_000), codes=(1009, 1006))

    async def try_oversize_in_pieces(self):
        pieces = [frame(TEXT if i == 0 else 0, b" " * 8000, final=False) for i in range(12)]
        await self.send(Native, *pieces, codes=(1009, 1006))

    async def try_lying_length(self):
        """A frame that says it is longer than what ever comes, and one that says 2^62."""
        call = await enter(self.world, Native)
        if call:
            length = self.random.choice((60_000, 1 << 62, 1 << 63))
            await call[0].send(frame(BINARY, b"x" * 10, length=length))
            await call[0].until(lambda: call[0].code is not None, 3)
            self.part(call[0])

    async def try_broken_frames(self):
        # Frames without a mask are accepted (docs/conformance.md).
        broken = [
            frame(TEXT, b"{}", reserved=4), frame(5, b"x"), frame(PING, b"x" * 126), frame(PING, b"x", final=False),
            frame(0, b"x"), frame(CLOSE, b"\x03")]
        await self.send(Native, self.random.choice(broken), codes=(1002, 1005, 1006))

    async def try_hostile_values(self):
        events = [{"type": "session.clock", "client_ms": v} for v in (-1, 1e308, "x", None, [], {})]
        events += [{"type": "session.playback.ack", "played_ms": v} for v in (-1, 1 << 62, "x", None)]
        events += [{"type": "session.tell", "text": v} for v in (7, None, [])] + [{"type": v} for v in (7, None, [], {})]
        await self.send(Native, *map(text, events), text("[]"), text("{"), text("nul"))

    async def try_odd_audio(self):
        await self.send(Native, *[frame(BINARY, b"x" * count) for count in (0, 1, 3, 639, 641, 20_001)])

    async def try_moshi_garbage(self):
        """Pages with wrong checksums and with packets of nothing but chance."""
        caller = Moshi()
        pages = [caller.page(self.random.randbytes(self.random.randint(1, 200)), checksum) for checksum in (None, 0) * 10]
        await self.send(Moshi, *[frame(BINARY, b"\x01" + page) for page in pages], frame(BINARY, b""), frame(BINARY, b"\xff"))

    async def try_another_protocol(self):
        kind, other = self.random.sample(CALLERS, 2)
        call = await enter(self.world, kind, first=False)
        if call:
            await call[0].send(other().first() or other().wrap(silence(16000, 0.1)))
            await call[0].until(lambda: call[0].code is not None, 2)
            self.part(call[0])

    # Plain HTTP

    async def try_head(self):
        status, _, body, _, _ = await self.ask(f"HEAD /livez HTTP/1.1\r\n{self.host()}Connection: close\r\n\r\n", 5)
        if status != 200 or body:
            self.blame(f"HEAD was answered by {status} with a body of {len(body)} bytes")

    async def try_long_headers(self):
        status, *_ = await self.ask(f"GET /livez HTTP/1.1\r\n{self.host()}X-Long: {'x' * 40_000}\r\n\r\n")
        if status != 431:
            self.blame(f"headers of 40 KB were answered by {status or 'nothing'} instead of 431")

    async def try_odd_requests(self):
        for request in (
                "\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", f"FOO / HTTP/1.1\r\n{self.host()}\r\n", "\x16\x03\x01\x02\x00",
                f"GET /..%2f..%2fetc/passwd HTTP/1.1\r\n{self.host()}\r\n", f"GET /%00 HTTP/1.1\r\n{self.host()}\r\n",
                f"POST / HTTP/1.1\r\n{self.host()}Content-Length: -5\r\n\r\n",
                f"POST / HTTP/1.1\r\n{self.host()}Content-Length: 2\r\nContent-Length: 5\r\n\r\n{{}}",
                f"POST / HTTP/1.1\r\n{self.host()}Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n"):
            status, _, body, _, _ = await self.ask(request, 1)
            if status == 200 or b"root:" in body:
                self.blame(f"{request[:40]!r} was answered by 200")

    async def try_smuggled_request(self):
        inner = f"GET /version HTTP/1.1\r\n{self.host()}\r\n"
        answer, _, _ = await http(
            self.world.port, [f"GET /livez HTTP/1.1\r\n{self.host()}Content-Length: {len(inner)}\r\n\r\n{inner}".encode()], 2)
        if answer.count(b"HTTP/1.1 ") > 1:
            self.blame("the body of a GET was answered as a request of its own")

    async def try_slow_head(self):
        pieces = [b"GET /livez HTTP/1.1\r\n", *[b"X: y\r\n"] * 60]
        await self.be_slow(pieces, "head")

    async def try_slow_body(self):
        head = f"POST /v1/realtime/client_secrets HTTP/1.1\r\n{self.host()}Content-Length: 1000\r\n\r\n{{"
        await self.be_slow([head.encode(), *[b" "] * 60], "body")

    async def be_slow(self, pieces, what):
        _, _, _, ended, _ = await self.ask("", BODY_SECONDS_MAX, pause=BODY_SECONDS_MAX / len(pieces), pieces=pieces)
        if not ended:
            self.blame(f"a request whose {what} comes a piece at a time was not cut within {BODY_SECONDS_MAX} s")

    async def try_foreign_origin(self):
        for headers in ("Origin: https://evil.example\r\n", "Origin: null\r\n"):
            try:
                link = await Link.open(self.world.port, self.random.choice(CALLERS).path, lambda *_: None, headers)
            except Refused as refused:
                if refused.status not in (403, 503):
                    self.blame(f"a foreign Origin was refused with {refused}")
                continue
            self.blame("a page of a foreign Origin was let in on a loopback address")
            self.part(link)

    async def try_foreign_host(self):
        status, *_ = await self.ask("GET /metrics HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", 5)
        if status == 200:
            self.blame("a foreign Host was answered on a loopback address")

    async def try_bad_upgrades(self):
        head = f"GET /v1/duplex HTTP/1.1\r\n{self.host()}Upgrade: websocket\r\nConnection: Upgrade\r\n"
        key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        for more, right in ((key + "Sec-WebSocket-Version: 8\r\n", 426), ("Sec-WebSocket-Version: 13\r\n", 400)):
            status, *_ = await self.ask(head + more + "\r\n", 2)
            if status not in (right, 503):
                self.blame(f"an upgrade {'of version 8' if right == 426 else 'without a key'}: {status or 'nothing'} instead of {right}")
