"""A line between browser and server that can be cut, or held up, as networks do."""

import asyncio


class Line:
    """Passes connections at `port` on to `target`, both on this machine."""

    def __init__(self, port, target):
        self.port, self.target, self.writers = port, target, set()
        self.is_cut, self.is_held = False, False

    async def open(self):
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", self.port)

    async def serve(self, reader, writer):
        self.writers.add(writer)
        try:
            first = await reader.read(65536)
            # Requests for pages pass; conversations wait.
            while self.is_held and first.startswith(b"GET /v1/duplex"):
                await asyncio.sleep(0.05)
            if self.is_cut:
                return
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
            self.writers.add(far_writer)
            far_writer.write(first)
            await asyncio.gather(self.pass_on(reader, far_writer), self.pass_on(far_reader, writer))
        except OSError:
            pass
        finally:
            writer.close()
            self.writers.discard(writer)

    async def pass_on(self, reader, writer):
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()
            self.writers.discard(writer)

    def cut(self):
        self.is_cut = True
        for writer in list(self.writers):
            writer.transport.abort()

    def mend(self):
        self.is_cut = False
