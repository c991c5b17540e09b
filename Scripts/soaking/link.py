"""A websocket by hand, so that every one of its rules can be broken, and plain HTTP the same way."""

import asyncio
import base64
import json
import os
import socket
import struct
import time
import weakref

HOST = "127.0.0.1"
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
HEAD_SECONDS_MAX, SEND_SECONDS_MAX, CLOSE_SECONDS_MAX = 30, 30, 20
# With SO_LINGER 0, closing resets the connection.
RESET = struct.pack("ii", 1, 0)


class Refused(Exception):
    """The upgrade was answered otherwise than by 101."""

    def __init__(self, head, body):
        self.status = int(head.split(" ")[1]) if head.startswith("HTTP/1.1 ") else 0
        try:
            self.code = json.loads(body)["error"]["code"]
        except (ValueError, KeyError, TypeError):
            self.code = ""
        super().__init__(f"{self.status} {self.code}".strip() if self.status else "hung up without an answer")


def frame(kind, payload=b"", final=True, reserved=0, length=None, masked=True):
    """RFC 6455 §5.2. A `length` that is given is a lie."""
    told = len(payload) if length is None else length
    head = bytes([(0x80 if final else 0) | reserved << 4 | kind])
    mark = 0x80 if masked else 0
    if told < 126:
        head += bytes([mark | told])
    elif told < 65536:
        head += struct.pack(">BH", mark | 126, told)
    else:
        head += struct.pack(">BQ", mark | 127, told)
    if not masked:
        return head + payload
    key = os.urandom(4)
    count = len(payload)
    mask = int.from_bytes((key * (count // 4 + 1))[:count], "little")
    return head + key + (int.from_bytes(payload, "little") ^ mask).to_bytes(count, "little")


def text(message):
    return frame(TEXT, (message if isinstance(message, str) else json.dumps(message)).encode())


async def connect(port, receive_bytes=None):
    """`receive_bytes` is a small window, for clients who read slowly."""
    own = socket.socket()
    own.setblocking(False)
    if receive_bytes:
        own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
    own.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        await asyncio.wait_for(asyncio.get_running_loop().sock_connect(own, (HOST, port)), HEAD_SECONDS_MAX)
    except BaseException:
        own.close()
        raise
    return own


async def http(port, pieces, seconds, pause=0.0):
    """All that a plain request is answered, whether the server ended the connection, and after how long. The pieces of the
    request go out one by one."""
    own, loop, answer, begun = await connect(port), asyncio.get_running_loop(), bytearray(), time.monotonic()

    async def read():
        while piece := await loop.sock_recv(own, 65536):
            answer.extend(piece)

    reading = asyncio.create_task(read())
    try:
        for piece in pieces:
            await loop.sock_sendall(own, piece)
            if reading.done():
                break
            await asyncio.sleep(pause)
        left = seconds - (time.monotonic() - begun)
        await asyncio.wait([reading], timeout=max(0.05, left))
    except OSError:
        await asyncio.wait([reading], timeout=1)
    ended, took = reading.done(), time.monotonic() - begun
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    own.close()
    return bytes(answer), ended, took


class Link:
    """One websocket. `take(kind, payload)` is called with every message as it comes."""

    everyone = weakref.WeakSet()

    def __init__(self, own, take):
        Link.everyone.add(self)
        self.socket, self.take, self.buffer, self.partial = own, take, bytearray(), None
        self.pings, self.pongs, self.strange_pongs = {}, 0, 0
        # Whether pings are answered (not if half open); bytes read per second for a slow client (0: none now, None: unlimited).
        self.answers, self.pace, self.paced = True, None, 0
        # The close frame's code; 1005 if it has none, 1006 if there was no frame.
        self.code, self.reason, self.left = None, "", False
        self.news = asyncio.Event()

    @classmethod
    async def open(cls, port, path, take, headers="", first=b"", receive_bytes=None):
        """What is `first` goes out with the upgrade, before its answer is known."""
        own = await connect(port, receive_bytes)
        link, loop = cls(own, take), asyncio.get_running_loop()
        key = base64.b64encode(os.urandom(16)).decode()
        request = (
            f"GET {path} HTTP/1.1\r\nHost: {HOST}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n{headers}\r\n")
        try:
            await asyncio.wait_for(loop.sock_sendall(own, request.encode() + first), SEND_SECONDS_MAX)
            await asyncio.wait_for(link.read_head(), HEAD_SECONDS_MAX)
        except BaseException:
            own.close()
            raise
        link.reading = asyncio.create_task(link.read())
        return link

    @classmethod
    def end_all(cls):
        for link in list(cls.everyone):
            if hasattr(link, "reading"):
                link.finish()

    async def read_head(self):
        loop = asyncio.get_running_loop()
        while b"\r\n\r\n" not in self.buffer:
            piece = await loop.sock_recv(self.socket, 65536)
            if not piece:
                raise Refused("", b"")
            self.buffer.extend(piece)
        head, _, rest = bytes(self.buffer).partition(b"\r\n\r\n")
        if b" 101 " not in head.split(b"\r\n")[0]:
            raise Refused(head.decode("latin1"), rest)
        self.buffer = bytearray(rest)

    # Reading

    async def read(self):
        loop = asyncio.get_running_loop()
        try:
            while True:
                while self.code is None and (found := self.next_frame()):
                    self.receive(*found)
                self.news.set()
                if self.code is not None:
                    return
                piece = await loop.sock_recv(self.socket, 65536 if self.pace is None else 2048)
                if not piece:
                    break
                self.buffer.extend(piece)
                if self.pace is not None:
                    await self.rest(len(piece))
        except OSError:
            pass
        self.code = 1006 if self.code is None else self.code
        self.news.set()

    async def rest(self, count):
        while self.pace == 0:
            await asyncio.sleep(0.2)
        now = time.monotonic()
        self.paced = max(self.paced, now - 1) + count / self.pace
        await asyncio.sleep(max(0, self.paced - now))

    def next_frame(self):
        buffer = self.buffer
        if len(buffer) < 2:
            return None
        count, at = buffer[1] & 127, 2
        if count > 125:
            at = 4 if count == 126 else 10
            if len(buffer) < at:
                return None
            count = int.from_bytes(buffer[2:at], "big")
        if len(buffer) < at + count:
            return None
        first, payload = buffer[0], bytes(buffer[at : at + count])
        del buffer[: at + count]
        return first & 15, payload, bool(first & 0x80)

    def receive(self, kind, payload, final):
        if kind == PING and self.answers:
            self.put(frame(PONG, payload))
        elif kind == PONG:
            self.pongs += 1
            self.strange_pongs += self.pings.pop(payload, None) is None
        elif kind == CLOSE:
            self.code = int.from_bytes(payload[:2], "big") if payload else 1005
            self.reason = payload[2:].decode(errors="replace")
            if not self.left:
                self.put(frame(CLOSE, payload[:2]))
        elif kind in (0, TEXT, BINARY):
            self.assemble(kind, payload, final)

    def assemble(self, kind, payload, final):
        known, before = self.partial or (kind, b"")
        self.partial = None if final else (known, before + payload)
        if final:
            self.take(known, before + payload)

    # Writing

    def put(self, data):
        """At once or not at all: what is small fits into the system's buffer."""
        try:
            self.socket.send(data)
        except OSError:
            pass

    async def send(self, data):
        """Raises OSError where the connection is over, TimeoutError where the server reads nothing."""
        try:
            sent = self.socket.send(data)
        except BlockingIOError:
            sent = 0
        if sent < len(data):
            rest = asyncio.get_running_loop().sock_sendall(self.socket, data[sent:])
            await asyncio.wait_for(rest, SEND_SECONDS_MAX)

    async def ping(self):
        payload = os.urandom(4)
        self.pings[payload] = time.monotonic()
        await self.send(frame(PING, payload))

    async def until(self, condition, seconds):
        """Whether it came true in time, and before the connection's end."""
        end = time.monotonic() + seconds
        while not (true := condition()) and self.code is None and (left := end - time.monotonic()) > 0:
            self.news.clear()
            try:
                await asyncio.wait_for(self.news.wait(), left)
            except asyncio.TimeoutError:
                break
        return bool(true or condition())

    async def is_alive(self, seconds):
        """Whether a ping is answered. False where the connection has ended as well."""
        before, end = self.pongs, time.monotonic() + seconds
        while self.pongs == before and self.code is None and time.monotonic() < end:
            # The server need not answer every one of several pings.
            await self.ping()
            await self.until(lambda: self.pongs > before, 2)
        return self.pongs > before

    # Ends

    def stop(self):
        """From now on nothing is read: the other end does not know."""
        self.answers = False
        self.reading.cancel()

    def reset(self):
        self.stop()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self.socket.close()

    def finish(self):
        """FIN, without a closing handshake."""
        self.stop()
        self.socket.close()

    async def close(self, code=1000):
        """With a close frame; 1005 is one without a code. The code that the server's had: 1006 where it hung up
        without one, none where it did neither."""
        self.left = True
        self.put(frame(CLOSE, b"" if code == 1005 else struct.pack(">H", code)))
        await self.until(lambda: self.code is not None, CLOSE_SECONDS_MAX)
        self.finish()
        return self.code
