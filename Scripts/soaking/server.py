"""Duet's own server as a process, and what can be seen of it from outside."""

import asyncio
import bisect
import json
import os
import re
import signal
import subprocess
import time
import urllib.request

START_SECONDS_MAX, STOP_SECONDS_MAX, STILL_SECONDS_MAX = 60, 20, 3
COUNTERS = ("_total", "_count", "_bucket", "_sum")


def come_first():
    """What is tested are callers, not the other work of the machine: where it may, a process takes the cores before that."""
    try:
        os.nice(-10)
    except PermissionError:
        pass


class Server:
    def __init__(self, log, seconds, options=()):
        self.log, self.pid = log, None
        # Ends the server even if this process dies.
        command = ["timeout", str(int(seconds)), os.environ["DUET"], "serve", *options]
        with open(log, "wb") as errors, open(log + ".out", "wb") as output:
            self.process = subprocess.Popen(command, stdout=output, stderr=errors, preexec_fn=come_first)
        end = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < end and self.process.poll() is None:
            with open(log + ".out") as file:
                found = re.search(r"listens on ws://\S+?:(\d+)/", file.read())
            if found:
                self.port = int(found[1])
                break
            time.sleep(0.1)
        else:
            self.stop()
            raise SystemExit(f"soak: the server does not start, see {log}")
        children = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        with open(children) as file:
            self.pid = int(file.read().split()[0])

    def stop(self):
        """The exit code; None where it did not end."""
        if self.process.returncode is not None:
            return self.process.returncode
        try:
            # Sent to `timeout`, the signal would reach the server twice.
            os.kill(self.pid or self.process.pid, signal.SIGTERM)
            return self.process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            os.kill(self.pid or self.process.pid, signal.SIGKILL)
            self.process.wait()
            return None
        except ProcessLookupError:
            return self.process.wait()

    def metrics(self):
        """By series, labels included."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=30) as answer:
            lines = answer.read().decode().splitlines()
        return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if line[:1] not in ("#", ""))}

    def log_lines(self):
        """What is no JSON object is told as it is."""
        with open(self.log, "rb") as file:
            for line in file.read().splitlines():
                try:
                    yield json.loads(line)
                except ValueError:
                    yield line


class Watch:
    """Samples the server: memory, descriptors, threads and counters every second, what its threads waited for a core every tenth."""

    def __init__(self, server, blame, suspects):
        self.server, self.blame, self.suspects, self.samples, self.counters = server, blame, suspects, [], {}
        # When the count of served slices last grew, or there were no sessions.
        self.turned = (0, time.monotonic())
        # Sample times, and how many seconds each thread and this process had waited for a core by then.
        self.times, self.waits, self.lag = [], [], 0.0

    async def run(self):
        turn, due = 0, time.monotonic()
        while True:
            due += 0.1
            await asyncio.sleep(max(0, due - time.monotonic()))
            self.lag += max(0, time.monotonic() - due)
            due = max(due, time.monotonic() - 0.1)
            if self.server.process.poll() is not None:
                return self.blame(f"the server ended by itself with {self.server.process.returncode}")
            self.sample_waits()
            if turn % 10 == 0:
                await self.sample()
            turn += 1

    def sample_waits(self):
        waits = {None: self.lag}
        folder = f"/proc/{self.server.pid}/task"
        try:
            for thread in os.listdir(folder):
                with open(f"{folder}/{thread}/schedstat") as file:
                    waits[thread] = int(file.read().split()[1]) * 1e-9
        except OSError:
            # A thread has ended meanwhile, or the system has no schedstat.
            pass
        self.times.append(time.monotonic())
        self.waits.append(waits)

    def waited(self, begin, end):
        """Seconds for which some thread of the server, or this process, wanted a core between these and had none."""
        if not self.times:
            return 0.0
        first = max(0, bisect.bisect(self.times, begin) - 1)
        last = min(len(self.times) - 1, bisect.bisect(self.times, end) + 1)
        before, after = self.waits[first], self.waits[last]
        return max(after[thread] - before.get(thread, after[thread]) for thread in after)

    async def sample(self):
        try:
            metrics = await asyncio.to_thread(self.server.metrics)
        except OSError as lost:
            return self.blame(f"/metrics did not answer: {lost}")
        for series, value in metrics.items():
            if series.split("{")[0].endswith(COUNTERS):
                if value < self.counters.get(series, 0) - 1e-6:
                    self.blame(f"the counter {series} fell from {self.counters[series]} to {value}")
                self.counters[series] = value
        self.mind_slices(metrics)
        self.samples.append((time.monotonic(), *self.state(), metrics))

    def mind_slices(self, metrics):
        now, slices = time.monotonic(), metrics.get("duet_slices_total", 0)
        if slices > self.turned[0] or metrics.get("duet_sessions_active", 0) < 4:
            self.turned = (slices, now)
        still = now - self.turned[1]
        if still - self.waited(self.turned[1], now) > STILL_SECONDS_MAX:
            self.blame(
                f"no slice was served for {still:.0f} s, though there are sessions; shortly before: "
                f"{self.suspects(self.turned[1] - 1, self.turned[1] + 1)}", "still")

    def state(self):
        """MiB, descriptors, threads."""
        pid = self.server.pid
        with open(f"/proc/{pid}/status") as file:
            memory = next(int(line.split()[1]) / 1024 for line in file if line.startswith("VmRSS"))
        return memory, len(os.listdir(f"/proc/{pid}/fd")), len(os.listdir(f"/proc/{pid}/task"))
