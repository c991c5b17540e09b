"""Speaks a WAV file (16-bit mono) to Duet and writes what it hears: example.py question.wav heard.wav [ws://…]."""

import asyncio
import sys
import time
import wave

import duet_client


async def speak(session, pcm, rate, tail=5):
    """As it would come from a microphone: 20 ms at a time, and silence behind it."""
    size, begun = rate // 50 * 2, time.monotonic()
    for number, at in enumerate(range(0, len(pcm) + tail * rate * 2, size)):
        await asyncio.sleep(max(0, begun + number / 50 - time.monotonic()))
        await session.send(pcm[at : at + size].ljust(size, b"\0"))
    await session.close()


async def main(question, reply, url="ws://127.0.0.1:8998/v1/duplex"):
    with wave.open(question) as file:
        rate, pcm = file.getframerate(), file.readframes(file.getnframes())
    async with duet_client.connect(url, rate=rate) as session:
        speaker = asyncio.create_task(speak(session, pcm, rate))
        with wave.open(reply, "wb") as out:
            out.setparams((1, 2, rate, 0, "NONE", ""))
            async for event in session:
                if isinstance(event, duet_client.Audio):
                    out.writeframes(event.pcm)  # a player would hold some 100 ms, and drop them at session.flush
                    await session.ack(event.position_ms + len(event.pcm) / 2 / rate * 1000)
                elif event["type"].endswith("transcript.done"):
                    who = "you " if "input" in event["type"] else "duet"
                    print(f"{event['start_ms'] / 1000:7.2f} s  {who}: {event['text']}")
        await speaker


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
