"""Speaks a WAV file (16-bit, mono) to Duet and writes what Duet says: example.py question.wav reply.wav [ws://…] [--key KEY]."""

import argparse
import asyncio
import os
import sys
import time
import wave

import duet_client

RATES = (8000, 16000, 24000, 48000)


async def speak(session, pcm, rate, tail=5):
    """As it would come from a microphone: 20 ms at a time, and silence behind it."""
    size, begun = rate // 50 * 2, time.monotonic()
    for number, at in enumerate(range(0, len(pcm) + tail * rate * 2, size)):
        await asyncio.sleep(max(0, begun + number / 50 - time.monotonic()))
        await session.send(pcm[at : at + size].ljust(size, b"\0"))
    await session.close()


def read(path):
    """Samples and rate."""
    try:
        with wave.open(path) as file:
            channels, width, rate = file.getparams()[:3]
            if (channels, width) == (1, 2) and rate in RATES:
                return file.readframes(file.getnframes()), rate
    except OSError as failed:
        sys.exit(f"{path} cannot be read: {failed.strerror}")
    except (wave.Error, EOFError):
        pass
    sys.exit(f"{path} is no 16-bit mono WAV file at {RATES} Hz; convert it: ffmpeg -i {path} -ar 16000 -ac 1 -c:a pcm_s16le new.wav")


async def main(question, reply, url, key):
    pcm, rate = read(question)
    async with duet_client.connect(url, rate=rate, key=key) as session:
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
    parser = argparse.ArgumentParser(description="Speaks a recording to Duet and writes what Duet says.")
    parser.add_argument("question", help="a 16-bit mono WAV file")
    parser.add_argument("reply", help="the WAV file to write")
    parser.add_argument("url", nargs="?", default="ws://127.0.0.1:8998/v1/duplex", help="default: %(default)s")
    parser.add_argument("--key", default=os.environ.get("DUET_API_KEY"), help="the server's key; default: DUET_API_KEY")
    arguments = parser.parse_args()
    try:
        asyncio.run(main(**vars(arguments)))
    except duet_client.SessionError as failed:
        sys.exit(f"Duet: {failed}")
    except OSError as failed:
        sys.exit(f"{arguments.reply} cannot be written: {failed}")
