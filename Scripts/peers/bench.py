"""Decodes with ours and with the peers by turns, on one core, and prints how many times as fast ours is.

    Scripts/bench-peers [options]
"""

import argparse
import os
import sys
import time

from cells import OURS, SHAPES, TARGETS, contestants
from results import Figures, publish
from worker import Failure, Ours, Peer

FOLDER = ".peers"
# After the first round, only the fastest of each kind continue: at most this many, within this ratio of the fastest.
GO_ON_MAX = 2
GO_ON_NEARNESS_MIN = 0.8
# Making a model happens once and does not count as measuring time.
PREPARE_SECONDS_MAX = 300


def say(line):
    print(f"peers: {line}", file=sys.stderr, flush=True)


def options():
    cores = sorted(os.sched_getaffinity(0))
    parser = argparse.ArgumentParser(
        prog="Scripts/bench-peers", description="How many times as fast as llama.cpp and PyTorch ours decodes, on one core.")
    parser.add_argument("--quick", action="store_true", help="one round of the likely best, 2 minutes")
    parser.add_argument("--rounds", type=int, help="times that each is measured, by turns; the default is 3, with --quick 1")
    parser.add_argument("--shape", nargs="+", choices=list(SHAPES), default=list(SHAPES), help="the default is all")
    second = cores[min(1, len(cores) - 1)]
    parser.add_argument("--core", type=int, choices=cores, default=second, help="the default is the second")
    parser.add_argument("--seconds", type=float, help="seconds of steps for each figure; the default is 1, with --quick 0.3")
    parser.add_argument("--minutes-max", type=float, help="minutes that rounds may take; the default is 15, with --quick 2")
    parser.add_argument("--figure-seconds-max", type=float, default=60, help="what takes longer is left out; the default is 60")
    parser.add_argument("--out", help="folder to write peers.json and peers.md to")
    a = parser.parse_args()
    a.rounds = a.rounds or (1 if a.quick else 3)
    a.seconds = a.seconds or (0.3 if a.quick else 1.0)
    a.minutes_max = a.minutes_max or (2 if a.quick else 15)
    for name, value, limit in (
        ("--rounds", a.rounds, 100), ("--seconds", a.seconds, 60), ("--minutes-max", a.minutes_max, 600),
        ("--figure-seconds-max", a.figure_seconds_max, 600)):
        if not 0.01 <= value <= limit:
            parser.error(f"{name} must be 0.01 to {limit}")
    return a


def processor():
    model, flags = "processor", set()
    with open("/proc/cpuinfo") as file:
        for line in file:
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                model = value.strip()
            if name.strip() == "flags":
                flags = set(value.split())
    of_interest = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_int8")
    return f"{model} ({', '.join(flag for flag in of_interest if flag in flags)})"


class Bench:
    def __init__(self, a):
        self.a, self.figures, self.remarks, self.versions = a, Figures(), [], {}
        log = os.path.join(FOLDER, "peers.log")
        self.peers = {
            OURS: Ours(os.environ["DUET"], a.core),
            "llama.cpp": Peer("llama_peer.py", a.core, log, [os.path.join(FOLDER, "models")]),
            "PyTorch": Peer("torch_peer.py", a.core, log)}
        self.targets = [target for target in TARGETS if target.cell.shape in a.shape]
        # Contestants still measured, by cell; those that fail are dropped.
        self.left = {
            cell: [c for c in contestants(a.quick, cell.shape) if c.peer == OURS or any(t.admits(c) for t in self.targets if t.cell == cell)]
            for cell in dict.fromkeys(target.cell for target in self.targets)}

    def prepare(self):
        """Makes every model once, and drops what cannot be had."""
        done = {}
        for cell, entered in self.left.items():
            for contestant in list(entered):
                key = (contestant.peer, contestant.weights, cell.shape)
                if key not in done:
                    done[key] = self.ready(cell, contestant)
                if not done[key]:
                    entered.remove(contestant)

    def ready(self, cell, contestant):
        name = f"{contestant.peer} {contestant.weights} {cell.shape}"
        try:
            version = self.peers[contestant.peer].prepare(cell, contestant, PREPARE_SECONDS_MAX)
        except Failure as failure:
            self.remark(f"{name}: {failure}")
            return False
        if version:
            self.versions[contestant.peer] = version
            say(f"{name} is ready")
        return True

    def run(self):
        begun = time.monotonic()
        for round in range(self.a.rounds):
            for cell, entered in self.left.items():
                # Reverse every other round, so that no contestant always follows the same one.
                for contestant in list(entered if round % 2 == 0 else reversed(entered)):
                    if time.monotonic() - begun > 60 * self.a.minutes_max:
                        self.remark(f"stopped after {self.a.minutes_max:g} minutes, in round {round + 1} of {self.a.rounds}")
                        return
                    self.measure(cell, contestant, round)
                if round == 0:
                    self.left[cell] = [contestant for contestant in self.left[cell] if self.goes_on(cell, contestant)]

    def measure(self, cell, contestant, round):
        try:
            rate = self.peers[contestant.peer].measure(cell, contestant, self.a.seconds, self.a.figure_seconds_max)
        except Failure as failure:
            self.left[cell].remove(contestant)
            self.remark(f"{cell}: {contestant}: {failure}")
            return
        self.figures.add(cell, contestant, round, rate)
        say(f"round {round + 1} of {self.a.rounds}, {cell}: {contestant}: {rate:.0f} tokens/s")

    def goes_on(self, cell, contestant):
        """Whether it may still be the fastest of ours, or of those that a target admits."""
        kinds = [lambda c: c.peer == OURS] + [target.admits for target in self.targets if target.cell == cell]
        ranks = [self.figures.of(cell, kind) for kind in kinds if kind(contestant)]
        return any(
            contestant in list(rank)[:GO_ON_MAX] and rank[contestant] >= GO_ON_NEARNESS_MIN for rank in ranks)

    def remark(self, line):
        say(line)
        self.remarks.append(line)

    def close(self):
        for peer in self.peers.values():
            peer.close()


def load():
    return f"{os.getloadavg()[0]:.1f}"


def main():
    a = options()
    bench, machine = Bench(a), dict(processor=processor(), core=a.core, loadBegin=load())
    try:
        bench.prepare()
        bench.run()
    except KeyboardInterrupt:
        bench.remark("interrupted")
    finally:
        bench.close()
    machine.update(loadEnd=load(), versions=[f"{peer} {version}" for peer, version in sorted(bench.versions.items())])
    publish(bench.figures, bench.targets, machine, bench.remarks, a.out)
    if any("ratio" not in bench.figures.row(target) for target in bench.targets):
        sys.exit("peers: rows are missing; the remarks say why")


if __name__ == "__main__":
    main()
