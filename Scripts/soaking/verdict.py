"""What is made of it: which differences have a reason, what is a fault, the table at the end."""

import asyncio
import statistics
import time

from callers import CALLERS, Native, Wide
from link import Link, Refused
from visits import STYLES

# A held conversation's gap beyond what the machine took; how long one client may be refused in a row; memory growth.
GAP_SECONDS_MAX, REFUSED_SECONDS_MAX, GROWTH_MIB_MAX = 0.5, 30, 8
LEFT_SECONDS_MAX, DESCRIPTORS_MAX, COMPARED_SHARE_MIN, ASKED_MIN, LAST_SECONDS_MAX = 60, 4, 0.3, 4, 10
TAKEN_SHARE_MAX = 0.1
LEVELS, REASONS_LOST = {"info", "warning", "error"}, {"connection_lost", "too_slow"}


class Judge:
    def __init__(self, world, watch, server, seconds):
        self.world, self.watch, self.server, self.seconds = world, watch, server, seconds
        self.slices = self.conversations = 0
        self.reasons, self.lags, self.gap, self.waited, self.names = {}, [], (0.0, 0.0), 0.0, set()
        world.mind_gap, self.before = self.mind_gap, watch.state()
        self.code, self.after, self.last, self.memory = None, None, None, ()

    # Held conversations

    def take(self, line):
        if "lag" in line:
            self.lags.append((line["at"], line["lag"]))
        elif "refused" in line:
            self.world.give_way()
            self.waited, now = max(self.waited, line["waiting"]), time.monotonic()
            # Admission may be careful while others occupy the cores.
            taken = self.lost(now - line["waiting"], now) / max(1, line["waiting"])
            if line["waiting"] > REFUSED_SECONDS_MAX and taken < TAKEN_SHARE_MAX:
                self.world.blame(
                    f"a well-behaved client was refused for {line['waiting']:.0f} s: {line['refused']}", "refused for long")
        else:
            self.compare(line)

    def compare(self, line):
        self.slices += line["slices"]
        self.conversations += 1
        self.names.add(line["held"])
        if line["fault"]:
            self.world.blame(f"conversation {line['held']} {line['fault']}", f"held {line['fault'].split(' ')[0]}")
        elif line["difference"]:
            self.explain(line)
        elif line["account"]:
            self.count(line["account"])
        elif line["session"]:
            self.world.clean.add(line["session"])
        for at, seconds in [*line["gaps"], (line["begun"], line["open"])]:
            self.mind_gap(at, seconds)

    def explain(self, line):
        difference = line["difference"]
        if line["account"]:
            return self.count(line["account"])
        if difference["slack"] < 0:
            return self.count("late input")
        if self.stall(line["begun"], difference["at"]) > difference["slack"]:
            return self.count("the machine")
        self.count("no reason")
        self.world.blame(
            f"conversation {line['held']} is not what it is alone: {difference['samples']} samples of slice {difference['slice']} "
            f"differ by up to {difference['largest']}, and nothing had been late; shortly before: "
            f"{self.world.suspects(difference['at'] - 2, difference['at'])}", "differs")

    def count(self, reason):
        self.reasons[reason] = self.reasons.get(reason, 0) + 1

    def stall(self, begin, end):
        """The longest that the machine kept the server, or us, from running in any fifth of a second."""
        steps = [begin + 0.2 * i for i in range(int((end - begin) / 0.2) + 1)]
        return max((self.lost(at, at + 0.2) for at in steps), default=0.0)

    def lost(self, begin, end):
        lag = sum(late for at, late in self.lags if begin - 0.2 < at + late and at < end + 0.2)
        return self.watch.waited(begin, end) + lag

    def mind_gap(self, at, seconds):
        if seconds < GAP_SECONDS_MAX:
            return
        lost = self.lost(at, at + seconds)
        self.gap = max(self.gap, (seconds, lost))
        if seconds - lost > GAP_SECONDS_MAX:
            suspects = self.world.suspects(at, at + seconds)
            self.world.blame(
                f"a client heard nothing for {seconds:.1f} s, of which the machine took {lost:.1f}; "
                f"meanwhile: {suspects}", f"gap {suspects}")

    # The end

    async def afterwards(self, resume):
        """All have left: so must what they took."""
        end, metrics = time.monotonic() + resume + LEFT_SECONDS_MAX, {}
        while time.monotonic() < end:
            metrics = await asyncio.to_thread(self.server.metrics)
            if not metrics.get("duet_sessions_active") and not metrics.get("duet_sessions_held"):
                break
            await asyncio.sleep(0.5)
        else:
            self.world.blame(
                f"{LEFT_SECONDS_MAX + resume} s after all had left, {metrics['duet_sessions_active']:.0f} sessions are active, "
                f"{metrics.get('duet_sessions_held', 0):.0f} of them held")
        # Half-open connections time out later than sessions.
        while time.monotonic() < end and self.watch.state()[1] > self.before[1] + DESCRIPTORS_MAX:
            await asyncio.sleep(0.5)
        self.after, self.total = self.watch.state(), metrics.get("duet_sessions_total", 0)
        (memory, descriptors, threads), (_, descriptors_before, threads_before) = self.after, self.before
        if descriptors > descriptors_before + DESCRIPTORS_MAX:
            self.world.blame(f"{descriptors} descriptors are open that were {descriptors_before} before anybody came")
        if threads > threads_before:
            self.world.blame(f"{threads} threads run that were {threads_before} before anybody came")
        self.check_memory(memory)
        await self.linger()

    def check_memory(self, after):
        samples = self.watch.samples
        early = [s[1] for s in samples[len(samples) // 5 : len(samples) // 3]]
        late = [s[1] for s in samples[-len(samples) // 10 :]]
        if not early:
            return
        self.memory = (statistics.median(early), statistics.median(late), after)
        if max(self.memory[1:]) > self.memory[0] + GROWTH_MIB_MAX:
            self.world.blame(
                f"memory grew from {self.memory[0]:.0f} to {self.memory[1]:.0f} MiB, and was {after:.0f} when all had left")

    async def linger(self):
        """One who is there when the server is told to stop."""
        caller = Native()
        try:
            self.last = await Link.open(self.server.port, caller.path, caller.take, first=caller.first())
            await self.last.until(lambda: caller.started, LAST_SECONDS_MAX)
        except (Refused, OSError, asyncio.TimeoutError) as lost:
            self.world.blame(f"when all had left nobody could come: {type(lost).__name__} {lost}")

    async def stopped(self, code):
        self.code = code
        if code != 0:
            self.world.blame(f"SIGTERM: exit code {code} instead of 0")
        if self.last:
            await self.last.until(lambda: self.last.code is not None, LAST_SECONDS_MAX)
            if self.last.code != 1001:
                self.world.blame(f"SIGTERM: who was there was told {self.last.code} instead of 1001")
        self.read_log()
        self.check_answers()
        most = self.seconds / 0.08 * max(1, len(self.names))
        if self.slices < COMPARED_SHARE_MIN * most:
            self.world.blame(f"only {self.slices} slices of {most:.0f} could be compared: the machine was too busy, or the server full")

    def read_log(self):
        closed = 0
        for line in self.server.log_lines():
            if not isinstance(line, dict) or line.get("level") not in LEVELS:
                self.world.blame(f"a line of the log is no JSON: {str(line)[:200]}", "log")
            elif line["msg"] == "session closed":
                closed += 1
                reason, session = line.get("reason"), line.get("session")
                if not reason:
                    self.world.blame(f"a session closed without a reason: {line}", "reason")
                if session in self.world.clean and reason in REASONS_LOST:
                    self.world.blame(f"a clean end was written down as {reason}", f"clean {reason}")
        self.closed = closed
        # Plus the one session that was open at the end.
        if self.last and closed != self.total + 1:
            self.world.blame(f"{self.total + 1:.0f} sessions began, and {closed} of them closed in the log")

    def check_answers(self):
        """Where most questions are answered that come step by step, so are most others."""
        counts = self.world.counts
        shares = {s: counts[f"answered, {s}"] / counts[f"asked, {s}"] for s in dict.fromkeys(STYLES) if counts[f"asked, {s}"] >= ASKED_MIN}
        for style, share in shares.items():
            if shares.get("steps", 0) > 0.7 and share < 0.5:
                self.world.blame(f"of {counts[f'asked, {style}']} questions sent {style}, {share:.0%} were answered")

    # Reports

    def result(self):
        """Of the comparison, in a line."""
        reasons = ", ".join(f"{count} × {reason}" for reason, count in sorted(self.reasons.items()))
        return (
            f"{self.slices} slices in {self.conversations} conversations are what they are alone; conversations that were cut short: "
            f"{reasons or 'none'}")

    def told(self, *beginnings):
        """Those that were counted under a name that begins so."""
        counts = self.world.counts
        return ", ".join(f"{name} {counts[name]}" for name in sorted(counts) if name.startswith(beginnings)) or "none"

    def table(self):
        counts, world = self.world.counts, self.world
        rows = [
            ("calls", ", ".join(f"{c.name} {counts[c.name]}" for c in [*CALLERS, Wide]) + f", refused {counts['refused']}"),
            ("questions", self.told("asked", "answered")), ("ends", self.told("end:").replace("end: ", "")),
            ("resumptions", self.told("resumed", "wrong")), ("newcomers beside a voice that broke off", counts["newcomers"]),
            ("pings answered", counts["pongs"]), ("readers", self.told("slow", "readers")), ("hostile", self.told("hostile", "rounds")),
            ("compared", self.result()), ("longest pause in what a client hears", f"{self.gap[0]:.2f} s, of which the machine took {self.gap[1]:.2f}"),
            ("longest refusal of a conversation that is compared", f"{self.waited:.0f} s")]
        if self.after:
            rows += [
                ("memory", " → ".join(f"{m:.0f}" for m in self.memory) + " MiB"),
                ("descriptors, threads", f"{self.before[1]} → {self.after[1]}, {self.before[2]} → {self.after[2]}"),
                ("sessions", f"{self.total:.0f} before the last, {self.closed} good-byes in the log")]
        rows += [("exit code", self.code), ("faults", len(world.faults))]
        return "| | |\n|---|---|\n" + "\n".join(f"| {a} | {b} |" for a, b in rows)

    def sentences(self):
        for sentence, times, at in self.world.faults.values():
            yield f"FAULT, {times} ×, first at {at:.0f} s: {sentence}"
        yield ("failed: " if self.world.faults else "passed: ") + self.result()
