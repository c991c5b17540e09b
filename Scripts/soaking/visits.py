"""Clients who mean well, and lose their connections in every way that connections are lost."""

import asyncio
import time

from callers import CALLERS, Header, Live, Moshi, Native, Realtime, Twilio
from link import PONG, Link, Refused, frame, text
from world import pieces, silence

START_SECONDS_MAX, ANSWER_SECONDS_MAX, END_SECONDS_MAX, HALF_OPEN_SECONDS, BEHIND_SECONDS = 20, 9, 20, (5, 20), 30
# How a question is sent.
STYLES = ["steps", "steps", "pieces of a second", "after a stall", "not at all"]
ENDS = ["farewell", "farewell", "farewell", "farewell", "close 1000", "close 1001", "close without a code", "RST", "FIN", "half-open"]
SAYING = text({"type": "session.say", "text": "tuesday comes after monday and wednesday comes after tuesday"})


async def enter(world, kind, receive_bytes=None, first=True, early=False):
    """A call that has begun; None where the server has no room. Who is `early` does not wait for the upgrade's answer."""
    caller = kind()
    if world.gives_way():
        return None
    try:
        link = await Link.open(
            world.port, caller.path, caller.take, first=caller.first() if early else b"", receive_bytes=receive_bytes)
    except Refused as refused:
        world.counts["refused"] += 1
        if refused.status != 503:
            world.blame(f"{caller.name}: an upgrade was refused with {refused}", f"refused {caller.name} {refused.status}")
        return None
    except (OSError, asyncio.TimeoutError) as lost:
        world.blame(f"{caller.name}: no answer to an upgrade ({type(lost).__name__})", f"no upgrade {caller.name}")
        return None
    world.counts[caller.name] += 1
    if first and not early:
        link.put(caller.first())
    if first and not await link.until(lambda: caller.started, START_SECONDS_MAX):
        world.blame(
            f"{caller.name}: no session within {START_SECONDS_MAX} s of its start (closed with {link.code})",
            f"no start {caller.name}")
        link.finish()
        return None
    return link, caller


async def visit(world):
    """Comes, asks or does not, and goes."""
    kind, style, end = world.random.choice(CALLERS), world.random.choice(STYLES), world.random.choice(ENDS)
    call = await enter(world, kind)
    if call is None:
        return await asyncio.sleep(1)
    link, caller = call
    try:
        if style != "not at all":
            # Python has no Opus encoder, so to Moshi only silence is sent, which nothing answers.
            await ask(world, link, caller, style, whole=end == "farewell" and kind is not Moshi)
        else:
            await asyncio.sleep(world.random.uniform(0, 2))
        if caller.errors or link.code is not None:
            world.blame(
                f"{caller.name}, {style}: closed with {link.code} {link.reason}, errors {caller.errors[:3]}",
                f"cut off {caller.name} {style}")
        await leave(world, link, caller, end)
    except (OSError, asyncio.TimeoutError) as lost:
        world.blame(f"{caller.name}, {style}: lost ({type(lost).__name__}, {link.code})", f"lost {caller.name} {style}")
        link.finish()


async def ask(world, link, caller, style, whole):
    """Sends the question; where it is to be the `whole`, waits for its answer."""
    pcm = silence(caller.rate, 0.4) + world.question[caller.rate] + silence(caller.rate, 1.2)
    length = 1.0 if style == "pieces of a second" else 0.02
    stalls = style == "after a stall"
    begun, stall = time.monotonic(), 1.5 if stalls else 0.0
    steps = pieces(pcm, caller.rate, length)
    if not whole:
        steps = steps[: world.random.randint(1, len(steps))]
    for i, step in enumerate(steps):
        # A piece is due when it would have been recorded.
        due = (i + 1) * length
        await asyncio.sleep(begun + (due if due > 1 + stall or due < 1 else 1 + stall if stalls else due) - time.monotonic())
        if link.code is not None:
            return
        await link.send(caller.wrap(step))
    if not whole:
        return
    answered = asyncio.create_task(link.until(caller.is_answered, ANSWER_SECONDS_MAX))
    while not answered.done() and link.code is None:
        await link.send(caller.wrap(silence(caller.rate, length)))
        await asyncio.wait([answered], timeout=length)
    # A question whose input was late cannot be answered; if the server reported the overload, it does not count.
    if "overload" not in caller.infos:
        world.counts[f"asked, {style}"] += 1
        world.counts[f"answered, {style}"] += await answered


async def leave(world, link, caller, end):
    world.counts[f"end: {end}"] += 1
    if end == "farewell" and caller.farewell:
        await link.send(caller.farewell)
        if not await link.until(lambda: link.code is not None, END_SECONDS_MAX) or link.code != 1000:
            world.blame(f"{caller.name} {caller.id}: a farewell was answered by {link.code}", f"farewell {caller.name} {link.code}")
        world.clean.add(caller.id)
        link.finish()
    elif end in ("farewell", "close 1000", "close 1001", "close without a code"):
        code = {"close 1001": 1001, "close without a code": 1005}.get(end, 1000)
        answer = await link.close(code)
        if answer != code:
            world.blame(f"{caller.name} {caller.id}: {end} was answered by {answer}", f"{end} {caller.name} {answer}")
        world.clean.add(caller.id)
    elif end == "RST":
        link.reset()
    elif end == "FIN":
        link.finish()
    else:
        link.stop()
        await asyncio.sleep(world.random.uniform(*HALF_OPEN_SECONDS))
        link.reset()


async def newcomer(world):
    """Somebody leaves in mid-word, and somebody else comes at once: who has said nothing hears nothing."""
    call = await enter(world, Native)
    if call is None:
        return await asyncio.sleep(1)
    link, speaker = call
    try:
        await link.send(SAYING)
        await link.until(lambda: speaker.loud >= 3, ANSWER_SECONDS_MAX)
        await asyncio.sleep(world.random.random() * 0.08)
        await link.send(speaker.farewell)
    except (OSError, asyncio.TimeoutError):
        pass
    kind = world.random.choice([Native, Header, Live, Twilio])
    call = await enter(world, kind, early=True)
    link.finish()
    world.clean.add(speaker.id)
    if call is None:
        return
    link, caller = call
    await link.until(lambda: caller.slices >= 5, START_SECONDS_MAX)
    world.counts["newcomers"] += 1
    if caller.loud:
        world.blame(
            f"{caller.name}: a newcomer who had said nothing was played {caller.loud} slices of sound: another's voice",
            "cross-talk")
    await leave(world, link, caller, "close 1000")


async def returner(world):
    """Loses the connection and takes the session up again; before that somebody tries with a wrong token."""
    kind = world.random.choice([Native, Header])
    call = await enter(world, kind)
    if call is None or not call[1].token:
        return await asyncio.sleep(1)
    link, caller = call
    await asyncio.sleep(world.random.uniform(0.1, 1))
    how = world.random.choice(["RST", "close 1011", "still open"])
    if how == "RST":
        link.reset()
    elif how == "close 1011":
        await link.close(1011)
    if world.random.random() < 0.5:
        await resume(world, caller, kind, wrong=True)
    back = await resume(world, caller, kind)
    if how == "still open":
        link.finish()
    if back is None:
        return
    await back[0].until(lambda: back[1].slices >= 3, START_SECONDS_MAX)
    if back[1].slices < 3:
        world.blame("a session that was resumed is silent", "resumed and silent")
    world.counts[f"resumed, {how}"] += 1
    await leave(world, *back, "farewell")


async def resume(world, lost, kind, wrong=False):
    """The call that goes on; None where a wrong token was refused as it should be, or a right one was."""
    caller = kind()
    token = lost.token if not wrong else lost.token[:-1] + ("0" if lost.token[-1] != "0" else "1")
    first = text({"type": "session.resume", "id": lost.id, "token": token})
    query = f"?resume={lost.id}" + world.random.choice(["", f"&token={token}"])
    try:
        link = await Link.open(world.port, caller.path + query, caller.take, first=first)
    except Refused as refused:
        world.counts["wrong tokens refused"] += wrong and refused.status == 404
        if not wrong:
            world.blame(f"a session could not be resumed: {refused}", "not resumed")
        return None
    await link.until(lambda: caller.started or link.code is not None, START_SECONDS_MAX)
    if caller.started and wrong:
        world.blame("a session was resumed with a wrong token", "wrong token")
    if caller.started and not wrong:
        caller.token = lost.token
        return link, caller
    if wrong:
        world.counts["wrong tokens refused"] += link.code == 1008
    else:
        world.blame(f"a session could not be resumed: closed with {link.code}, {caller.errors}", "not resumed")
    link.finish()
    return None


async def keeper(world, kind):
    """Stays, with the keep-alive that Python's websockets has by default: a ping, and its own bytes back within 20 s."""
    while True:
        call = await enter(world, kind)
        if call is None:
            await asyncio.sleep(2)
            continue
        link, caller = call
        begun = pinged = heard = time.monotonic()
        slices = 0
        while link.code is None:
            now = time.monotonic()
            if caller.slices > slices or kind is Realtime:
                # Realtime sends no audio between answers.
                if slices:
                    world.mind_gap(heard, now - heard)
                heard, slices = now, caller.slices
            try:
                if time.monotonic() - pinged > world.ping_seconds:
                    pinged = time.monotonic()
                    await link.ping()
                await link.send(caller.wrap(silence(caller.rate, 0.1)))
            except (OSError, asyncio.TimeoutError):
                break
            await asyncio.sleep(0.1)
            late = [at for at in link.pings.values() if time.monotonic() - at > 20]
            if link.strange_pongs or late:
                world.blame(
                    f"{caller.name}: a ping was answered by {'other bytes' if link.strange_pongs else 'nothing within 20 s'}; "
                    "Python's websockets would have closed", f"keep-alive {caller.name} {bool(late)}")
                link.pings.clear()
                link.strange_pongs = 0
            world.counts["pongs"] += link.pongs
            link.pongs = 0
        world.blame(
            f"{caller.name}: a client that kept alive was closed with {link.code} {link.reason} after "
            f"{time.monotonic() - begun:.0f} s, errors {caller.errors[:3]}", f"keeper {caller.name}")
        link.finish()
        await asyncio.sleep(1)


async def slow_reader(world, kind, share):
    """Reads nothing until much waits for it, then `share` of real time; 0 reads nothing more and answers nothing."""
    while True:
        call = await enter(world, kind, receive_bytes=4096)
        if call is None:
            await asyncio.sleep(2)
            continue
        link, caller = call
        link.pace = 0
        if share == 0:
            link.stop()
        begun = time.monotonic()
        while link.code is None:
            if share and time.monotonic() - begun > BEHIND_SECONDS:
                link.pace = caller.bytes_a_second * share
            try:
                # Unsolicited pongs show that the client lives (RFC 6455 §5.5.3): it answers pings late, because it reads them late.
                await link.send(caller.wrap(silence(caller.rate, 0.1)) + (frame(PONG) if share else b""))
            except (OSError, asyncio.TimeoutError):
                break
            await asyncio.sleep(0.5)
        world.counts["readers who stopped, let go" if share == 0 else "slow readers, let go"] += 1
        link.reset()
        await asyncio.sleep(1)
