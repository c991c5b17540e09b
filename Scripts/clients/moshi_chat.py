"""moshi.client, with a sound card of ours: the module `sounddevice` is the call's microphone and loudspeaker."""

import argparse
import asyncio
import importlib.util
import sys
import types

import numpy as np
import scenes

FRAME = 1920


class Stream:
    """What the client opens, one in each direction."""

    opened = []

    def __init__(self, samplerate, channels, blocksize, callback):
        assert (samplerate, channels, blocksize) == (24000, 1, FRAME)
        self.callback = callback

    def __enter__(self):
        Stream.opened.append(self)

    def __exit__(self, *_):
        Stream.opened.remove(self)


class InputStream(Stream):
    pass


class OutputStream(Stream):
    pass


def load():
    """moshi.client itself. The package's own beginning, which loads the models, is left out."""
    sys.modules["sounddevice"] = types.SimpleNamespace(InputStream=InputStream, OutputStream=OutputStream)
    package = types.ModuleType("moshi")
    package.__path__ = importlib.util.find_spec("moshi").submodule_search_locations
    sys.modules["moshi"] = package
    import moshi.client

    return moshi.client


class Client:
    rate = 24000

    async def open(self, call, url):
        program = load()
        self.call, self.pending = call, bytearray()
        self.running = asyncio.create_task(program.run(self, argparse.Namespace(url=url.replace("http", "ws"))))
        while len(Stream.opened) < 2:
            if self.running.done():
                self.running.result()
                raise ConnectionError("the client ended")
            await asyncio.sleep(0.01)
        self.card = {type(stream): stream for stream in Stream.opened}

    # The client's printer.

    def print_header(self):
        pass

    def print_pending(self):
        pass

    def print_lag(self):
        pass

    def print_token(self, text):
        self.call.assistant_text(text)

    def log(self, level, text):
        # The client does not know the handshake, which Moshi's own server sends too.
        if level != "info" and text != "unknown message kind 0":
            self.call.trouble(text)

    async def listen(self, pcm):
        """The sound card's turn, every 80 ms."""
        self.pending.extend(pcm)
        if len(self.pending) < 2 * FRAME or not Stream.opened:
            return
        recorded = np.frombuffer(bytes(self.pending[: 2 * FRAME]), np.int16).astype(np.float32) / 32768
        del self.pending[: 2 * FRAME]
        self.card[InputStream].callback(recorded[:, None], FRAME, None, None)
        played = np.zeros((FRAME, 1), np.float32)
        self.card[OutputStream].callback(played, FRAME, None, None)
        self.call.play((np.clip(played[:, 0], -1, 1) * 32767).astype(np.int16).tobytes())

    async def close(self):
        """It ends as it does by Ctrl-C, and closes its websocket then."""
        self.running.cancel()
        await asyncio.gather(self.running, return_exceptions=True)
        return "interrupted, as by Ctrl-C"


scenes.main(Client)
