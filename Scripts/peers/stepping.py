"""Times steps as `duet bench decode` does: processor time, the median, from a context that grows by 16 and begins anew."""

import time

STRIDE = 16
STEPS_MIN = 5
STEPS_MAX = 10_000


def median(values):
    return sorted(values)[len(values) // 2]


def tokens_per_second(step, rewind, batch, seconds):
    """`step` decodes one token for each of `batch` sequences, `rewind` goes back to where they began."""
    for _ in range(2):
        step()
    times = []
    while len(times) < STEPS_MIN or (len(times) < STEPS_MAX and sum(times) < seconds):
        if len(times) % STRIDE == 0:
            rewind()
        begun = time.process_time()
        step()
        times.append(time.process_time() - begun)
    return batch / median(times), len(times)
