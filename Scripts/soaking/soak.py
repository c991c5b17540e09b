"""Clients of every protocol come and go in every way, well and ill, beside conversations that must not change by it.

    Scripts/soak [options]

       held.py      conversations, compared with the same ones alone     a process of its own
       visits.py    who means well: visits, newcomers, returners, keepers, slow readers
       hostile.py   who means ill, each trick in turn
       server.py    the server, watched from outside
"""

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time

import visits
from callers import CALLERS, Live, Moshi, Native, Realtime, Twilio, Wide
from hostile import Hostile
from link import Link
from verdict import Judge
from server import Server, Watch, come_first
from world import World, in_slices, read_wave

HERE = os.path.dirname(os.path.abspath(__file__))
QUESTIONS = ["what day comes after monday", "what day comes after friday", "what month comes after may"]
VISITORS, PROGRESS_SECONDS, SHORT_MINUTES, HELD_SECONDS_MAX, PING_SECONDS = 5, 10, 10, 60, 20
KEEPERS = [Native, Live, Realtime, Moshi, Twilio]
# Slow readers: the protocol, and the share of real time at which they read.
SLOW = [(Wide, 0.95), (Wide, 0.95), (Live, 0.95), (Native, 0)]
# Kinds of visit, by weight.
VISITS = [visits.visit] * 6 + [visits.newcomer] * 2 + [visits.returner] * 2


def say(line):
    print(f"soak: {line}", file=sys.stderr, flush=True)


def options():
    parser = argparse.ArgumentParser(prog="Scripts/soak", description="Callers who must not hurt each other.")
    parser.add_argument("--minutes", type=float, default=2, help="how long; the default is 2")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32), help="of all chance but time's")
    parser.add_argument("--port", type=int, default=0, help="of the server; the default is a free one")
    parser.add_argument("--without", nargs="+", default=[], metavar="WORD", help="leaves out the hostile tricks with such a word")
    parser.add_argument("--out", help="folder for the table, logs and recordings")
    return parser.parse_args()


def talks(folder):
    """What is said in the conversations that are held, and to the churn."""
    made = []
    for i, words in enumerate(QUESTIONS):
        wave = f"{folder}/{i}.wav"
        subprocess.run(["flite", "-voice", "rms", "-t", words, "-o", wave], check=True)
        with open(f"{folder}/{i}.pcm", "wb") as file:
            file.write(in_slices(read_wave(wave, 16000), 0.4, 5.5))
        made.append({"pcm": f"{folder}/{i}.pcm", "seed": i})
    return made


async def child(plan, take):
    """held.py, and what is made of its lines."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, f"{HERE}/held.py", json.dumps(plan), stdout=asyncio.subprocess.PIPE, preexec_fn=come_first)
    try:
        async for line in process.stdout:
            take(json.loads(line))
    except asyncio.CancelledError:
        process.kill()
        raise
    finally:
        await process.wait()


async def record(server, folder):
    """The conversations alone, before anybody else comes. A server of its own might choose other kernels, which round otherwise."""
    plan = {"talks": talks(folder), "port": server.port}

    def take(line):
        plan["talks"][line["recorded"]]["reference"] = line["reference"]
        say(f"alone: “{QUESTIONS[line['recorded']]}”: “{line['words'].strip()}”")

    await child(plan, take)
    if not all("reference" in talk for talk in plan["talks"]):
        raise SystemExit("soak: no two conversations alone were the same: the machine is too busy, or answers are not repeatable")
    return plan


async def forever(world):
    while True:
        try:
            await world.random.choice(VISITS)(world)
        except (OSError, asyncio.TimeoutError) as lost:
            world.counts[f"visits, {type(lost).__name__}"] += 1
        await asyncio.sleep(world.random.uniform(0, 0.5))


async def be_hostile(world, without):
    hostile, tricks, slow = Hostile(world), [], set()
    while True:
        if not tricks:
            tricks = hostile.tricks(without)
            world.random.shuffle(tricks)
            world.counts["rounds of hostile tricks"] += 1
        trick = tricks.pop()
        running = asyncio.create_task(hostile.run(trick))
        slow.add(running)
        running.add_done_callback(slow.discard)
        # A slow trick continues beside the next one.
        await asyncio.wait([running], timeout=3)
        await asyncio.sleep(world.random.uniform(0.2, 1.5))


def churn(world, without):
    """All who come and go, as tasks."""
    clients = [be_hostile(world.alone("hostile"), without)]
    clients += [forever(world.alone(i)) for i in range(VISITORS)]
    clients += [visits.keeper(world, kind) for kind in KEEPERS]
    clients += [visits.slow_reader(world, kind, share) for kind, share in SLOW]
    return [asyncio.create_task(client) for client in clients]


async def progress(world, watch, judge):
    while True:
        await asyncio.sleep(PROGRESS_SECONDS)
        if watch.samples:
            _, memory, descriptors, threads, metrics = watch.samples[-1]
            say(
                f"{world.now():4.0f} s  {sum(world.counts[c.name] for c in CALLERS)} calls, {metrics['duet_sessions_active']:.0f} there, "
                f"{world.counts['refused']} refused, {world.counts['hostile']} hostile, {judge.slices} slices compared, "
                f"{memory:.0f} MiB, {descriptors} descriptors, {threads} threads, {len(world.faults)} faults")


async def soak(a, folder):
    resume = 30 if a.minutes >= SHORT_MINUTES else 10
    server = Server(
        f"{folder}/server.log", a.minutes * 60 + 600,
        ["--port", str(a.port), "--workers", "1", "--sessions-max", "40", "--budget", "1", "--resume-seconds", str(resume)])
    try:
        plan = await record(server, folder)
        return await beside(plan, server, a, folder, resume)
    finally:
        server.stop()


async def end(tasks):
    """Cancels the tasks until all are over: `asyncio.wait_for` loses a cancellation now and then, until Python 3.12."""
    left = tasks
    while left:
        for one in left:
            one.cancel()
        _, left = await asyncio.wait(left, timeout=2)
    # What they failed with is no fault any more.
    await asyncio.gather(*tasks, return_exceptions=True)


async def beside(plan, server, a, folder, resume):
    seconds = a.minutes * 60
    world = World(server.port, a.seed, f"{folder}/0.wav", PING_SECONDS if a.minutes >= SHORT_MINUTES else PING_SECONDS / 10)
    watch = Watch(server, world.blame, world.suspects)
    judge = Judge(world, watch, server, seconds)
    watching = asyncio.create_task(watch.run())
    holding = asyncio.create_task(child({**plan, "until": time.monotonic() + seconds}, judge.take))
    # The conversations to compare start first.
    await asyncio.sleep(2)
    clients = churn(world, a.without)
    telling = asyncio.create_task(progress(world, watch, judge))
    try:
        await asyncio.wait([holding, watching], timeout=seconds + HELD_SECONDS_MAX, return_when=asyncio.FIRST_COMPLETED)
        await end([*clients, telling, holding])
        Link.end_all()
        if server.process.poll() is None:
            await judge.afterwards(resume)
    finally:
        watching.cancel()
        code = await asyncio.to_thread(server.stop)
    await judge.stopped(code)
    return judge


def main():
    a = options()
    folder = a.out or tempfile.mkdtemp(prefix="soak-")
    os.makedirs(folder, exist_ok=True)
    say(f"{a.minutes:g} minutes, --seed {a.seed}, logs in {folder}")
    judge = asyncio.run(soak(a, folder))
    table = judge.table()
    print(table)
    with open(f"{folder}/soak.md", "w") as file:
        file.write(table + "\n")
    for sentence in judge.sentences():
        say(sentence)
    sys.exit(bool(judge.world.faults))


if __name__ == "__main__":
    main()
