"""The bench's side of the pipe: one process for each peer, pinned to the core, ended when it takes too long."""

import json
import os
import select
import subprocess
import sys
import tempfile
import time

from cells import MIND

HERE = os.path.dirname(os.path.abspath(__file__))


class Failure(Exception):
    """Why there is no figure, in a sentence for the reader."""


def pinned(core, command):
    return ["taskset", "-c", str(core), *command]


class Ours:
    """`duet bench decode`, a process for each figure."""

    def __init__(self, program, core):
        self.program, self.core = program, core

    def measure(self, cell, contestant, seconds, limit):
        with tempfile.TemporaryDirectory() as folder:
            what = "mind" if cell.shape == "mind" else "decode"
            model = [MIND] if what == "mind" else ["--shape", cell.shape]
            command = [
                self.program, "bench", what, *model, "--weights", contestant.weights,
                "--cache", contestant.variant.split()[0], "--batch", str(cell.batch), "--context", str(cell.context),
                "--seconds", str(seconds), "--out", folder]
            try:
                done = subprocess.run(
                    pinned(self.core, command), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=limit)
            except subprocess.TimeoutExpired:
                raise Failure(f"took more than {limit:.0f} s") from None
            if done.returncode != 0:
                raise Failure(f"ended with {done.returncode}: {done.stderr.strip()[-200:]}")
            with open(os.path.join(folder, f"{what}.json")) as file:
                return json.load(file)["rows"][0]["rate" if what == "mind" else "tokensPerSecond"]

    def prepare(self, cell, contestant, limit):
        return None

    def close(self):
        pass


class Peer:
    """A process that serves requests until it is closed, or started anew after it failed."""

    def __init__(self, script, core, log, arguments=()):
        self.command = pinned(core, [sys.executable, os.path.join(HERE, script), *arguments])
        self.log, self.process, self.unread = log, None, b""

    def measure(self, cell, contestant, seconds, limit):
        request = dict(
            shape=cell.shape, weights=contestant.weights, variant=contestant.variant, batch=cell.batch,
            context=cell.context, seconds=seconds)
        return self.ask(request, limit)["tokensPerSecond"]

    def prepare(self, cell, contestant, limit):
        """Makes the model ready and says the peer's version."""
        return self.ask(dict(shape=cell.shape, weights=contestant.weights), limit)["version"]

    def ask(self, request, limit):
        if self.process is None:
            self.start()
        try:
            self.process.stdin.write((json.dumps(request) + "\n").encode())
            reply = json.loads(self.line(time.monotonic() + limit, limit))
        except Failure:
            self.close()
            raise
        except (OSError, ValueError):
            self.close()
            raise Failure(f"its process broke off: {self.last_words()}") from None
        if "error" in reply:
            raise Failure(reply["error"])
        return reply

    def line(self, deadline, limit):
        while b"\n" not in self.unread:
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                raise Failure(f"took more than {limit:.0f} s")
            part = os.read(self.process.stdout.fileno(), 1 << 16)
            if not part:
                raise OSError
            self.unread += part
        line, self.unread = self.unread.split(b"\n", 1)
        return line

    def last_words(self):
        with open(self.log) as log:
            lines = log.read().strip().splitlines()
        return f"{lines[-1] if lines else 'without a word'} ({self.log})"

    def start(self):
        # One thread each, because the comparison is of one core.
        environment = dict(os.environ, OMP_NUM_THREADS="1", MKL_NUM_THREADS="1")
        with open(self.log, "a") as log:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, env=environment, bufsize=0)
        self.unread = b""

    def close(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process.stdin.close()
            self.process.stdout.close()
            self.process = None
