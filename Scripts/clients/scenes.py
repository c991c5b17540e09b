"""What every client goes through. A client's file ends with `scenes.main(Client)`.

A client has `rate`, `spoken_rate` where it sends at another, and `open(call, url)`, `listen(pcm)`, `write(text)` where it
has texts, `close()`. Where `call.tools` is true, one that can offers the function `get_weather(city)`, and runs `call.weather`.
"""

import asyncio
import json
import os
import sys
import traceback

from call import WEATHER_DAY, Call

OPEN_SECONDS_MAX = 15
# A refused client may retry for this long before it gives up.
REFUSED_SECONDS_MAX = 30
CLOSE_SECONDS_MAX = 10
INTERRUPTED_AFTER_SECONDS = 1.5
PAUSE_SECONDS_MAX = 0.6


async def question(client, call, plan):
    await call.say(plan["question"])
    await call.answer()


async def interruption(client, call, plan):
    """Asks for something long and asks something else in the middle of it."""
    begun = call.now()
    await call.say(plan["long"])
    if not await call.until(lambda: call.loud_until > begun and call.is_speaking(), 5):
        return call.note("silent")
    await asyncio.sleep(INTERRUPTED_AFTER_SECONDS)
    # Interrupt during sound, not in a pause between words.
    speaking = await call.until(call.is_speaking, PAUSE_SECONDS_MAX)
    call.note("interrupts", speaking=speaking)
    await call.say(plan["interrupting"])
    await call.answer()


async def writing(client, call, plan):
    call.note("writes", text=plan["text"])
    await client.write(plan["text"])
    await call.answer(begin_seconds=6)


async def tool(client, call, plan):
    """Asks for what only a function of the client knows."""
    call.note("writes", text=plan["tool_text"])
    await client.write(plan["tool_text"])
    if not await call.until(lambda: call.calls > 0, 8):
        return call.note("silent")
    # The assistant may ask for a moment first.
    await call.until(lambda: WEATHER_DAY in call.told, 12)
    # Its first word may be read before it is heard.
    told = call.now()
    await call.until(lambda: call.loud_until > told, 2)
    await call.until(lambda: not call.is_speaking(1.2), 8)


async def scene(name, part, client, call, plan):
    call.note("scene", name=name)
    try:
        await part(client, call, plan)
    except Exception as error:
        call.trouble(f"{name}: {type(error).__name__}: {error}")
    call.note("ended", name=name)
    # Let remaining sound end, so that it does not count for the next scene.
    await call.until(lambda: not call.is_speaking(1.0), 8)


async def converse(client, call, plan):
    async def pump():
        async for piece in call.microphone():
            await client.listen(piece)

    call.note("opening")
    await asyncio.wait_for(client.open(call, plan["url"]), OPEN_SECONDS_MAX)
    call.note("connected")
    pumping = asyncio.create_task(pump())
    await asyncio.sleep(0.8)
    if plan["tools"]:
        await scene("tool", tool, client, call, plan)
    else:
        await scene("question", question, client, call, plan)
        await scene("interruption", interruption, client, call, plan)
        if hasattr(client, "write"):
            await scene("text", writing, client, call, plan)
    call.ended.set()
    for done in await asyncio.gather(pumping, return_exceptions=True):
        if done:
            call.trouble(f"microphone: {type(done).__name__}: {done}")
    call.note("closing")
    how = await asyncio.wait_for(client.close(), CLOSE_SECONDS_MAX)
    call.note("closed", how=how)


async def knock(client, call, plan):
    """A server without room: notes what the client makes of it."""
    try:
        await asyncio.wait_for(client.open(call, plan["url"]), REFUSED_SECONDS_MAX)
        call.note("admitted")
    except asyncio.TimeoutError:
        call.note("undecided")
    except Exception as error:
        call.note("refused", how=f"{type(error).__name__}: {error}"[:300])


def main(kind):
    plan = json.loads(sys.argv[1])

    async def run():
        client = kind()
        call = Call(kind.rate, plan["folder"], plan["clips"], getattr(kind, "spoken_rate", None))
        call.tools = plan["tools"]
        try:
            await (knock if plan["knock"] else converse)(client, call, plan)
        except Exception as error:
            traceback.print_exc()
            call.note("failed", how=f"{type(error).__name__}: {error}"[:300])
        if not plan["knock"]:
            call.save(plan["name"])
        # Exit even if the client left tasks or threads running.
        sys.stderr.flush()
        os._exit(0)

    asyncio.run(run())
