"""What the fake microphone says: flite's sentences at their times, and silence."""

import array
import pathlib
import subprocess
import wave

RATE = 48000


def clip(text, folder):
    """16-bit samples at `RATE`, without the silence around them."""
    path = f"{folder}/clip.wav"
    subprocess.run(["flite", "-voice", "rms", "-t", text, "-o", path], check=True)
    with wave.open(path) as file:
        rate, samples = file.getframerate(), array.array("h", file.readframes(file.getnframes()))
    loud = [i for i, s in enumerate(samples) if abs(s) > 300]
    samples = samples[loud[0] : loud[-1]]
    if RATE % rate:
        raise ValueError(f"flite speaks at {rate} Hz")
    return between(samples, RATE // rate)


def between(samples, times):
    """Straight lines between samples: what that adds lies above what is listened to."""
    pairs = zip(samples, [*samples[1:], 0])
    return array.array("h", [a + (b - a) * i // times for a, b in pairs for i in range(times)])


def write(path, script, folder):
    """`script`: pairs of seconds of silence and what is said then. Gives the seconds at which each begins and ends."""
    samples, times = array.array("h"), []
    for seconds, text in script:
        samples.extend([0] * int(seconds * RATE))
        begin = len(samples) / RATE
        samples.extend(clip(text, folder) if text else [])
        times.append((begin, len(samples) / RATE))
    with wave.open(str(pathlib.Path(path)), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return times
