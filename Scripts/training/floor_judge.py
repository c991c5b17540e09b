"""What the floor's decisions are worth: cut-offs and latency at the ends of turns, yielding, and talking on.

Published definitions: tau-voice's panel (R_Y: yields within 2.0 s of an interruption; S_BC, S_VT, S_ND: no yield within
1.0 s of a back-channel, a vocal tic, somebody else's speech; nor an answer within 2.0 s while silent), and eot-bench's false
cut-offs at a mean latency of 300 and 600 ms, and the latency at which 5 % are cut off. A cut-off is a pause inside a turn,
of at least 200 ms, in which the rule takes the turn. Times are from the sound's own instant to the end of the slice.
"""

from dataclasses import dataclass

import numpy as np

from floor_dialogues import KINDS, SLICE, TURN

RATE = 16000
GRID = 1 / (1 + np.exp(-np.linspace(-4, 6, 81)))
YIELD_SECONDS, TALK_ON_SECONDS, SILENT_SECONDS, SAFETY_SECONDS = 2.0, 1.0, 2.0, 2.0
LATENCY_SECONDS_MAX = 0.35
NAMES = dict(backchannel="S_BC", tic="S_VT", side="S_ND")


@dataclass
class Rule:
    """Take the turn after `over_slices` slices of at least `over`; yield after `yield_slices` of at least `yields`."""

    over: float
    over_slices: int
    yields: float
    yield_slices: int

    def metadata(self):
        return {"over": str(self.over), "over_slices": str(self.over_slices), "yield": str(self.yields), "yield_slices": str(self.yield_slices)}


def held(p, slices):
    """The least of the last `slices` slices: what is above a threshold for so long."""
    out = p.copy()
    for i in range(1, slices):
        out[:, i:] = np.minimum(out[:, i:], p[:, :-i])
        out[:, :i] = 0
    return out


def peak(p, a, b):
    """Highest of the slices whose ends are after sample `a` and not after `b`."""
    part = p[max(0, int(a) // SLICE) : int(b) // SLICE]
    return part.max() if len(part) else 0.0


def delay(p, a, b, threshold):
    """Seconds from `a` to the first slice at the threshold that ends by `b`; none if there is none."""
    first = max(0, int(a) // SLICE)
    at = np.flatnonzero(p[first : int(b) // SLICE] >= threshold)
    return None if not len(at) else ((first + at[0] + 1) * SLICE - a) / RATE


def meant(p, data):
    """What the rule looks at: `over` while the assistant is silent, `yield` while it speaks."""
    speaking, p = data.speaking.numpy() > 0, p.copy()
    p[..., 1] *= ~speaking
    p[..., 2] *= speaking
    return p


def cases(data):
    """Every event to be judged: (dialogue, what, start, end of its window). An interruption counts where the voice would go on for 2.0 s."""
    out, speaking = [], data.speaking.numpy() > 0
    for i, known in enumerate(data.known):
        n = speaking.shape[1] * SLICE
        turns = [(a, b) for k, a, b, what in known["events"] if k == TURN and what == "run"]
        out += [(i, "pause", a, b) for a, b in known["pauses"]]
        out += [(i, "end", a, min(b, n)) for a, b in known["ends"] if b - a > 0]
        for kind, a, b, what in known["events"]:
            name, talking = KINDS[kind], speaking[i, min(a // SLICE, speaking.shape[1] - 1)]
            whole = speaking[i, a // SLICE : int(a + YIELD_SECONDS * RATE) // SLICE]
            if kind == TURN and what == "over" and whole.all():
                out.append((i, "interruption", a, min(n, a + YIELD_SECONDS * RATE)))
            elif name in NAMES and what != "television":
                until = a + TALK_ON_SECONDS * RATE if talking else min([n, b + SILENT_SECONDS * RATE] + [s for s, _ in turns if s >= a])
                inside = any(s < b and e > a - RATE // 2 for s, e in turns) or any(s - RATE < a < e for s, e in known["ends"])
                if not inside and until <= n:
                    out.append((i, name + ("" if talking else ", silent"), a, until))
                    if talking:
                        out.append((i, name + ", whole", a, min(n, b + RATE // 2)))
        for a, b in known["answers"]:
            near = [(s - RATE // 4, e + 2 * RATE) for k, s, e, what in known["events"] if what != "alone" and KINDS[k] != "noise"]
            if not any(s < b and e > a for s, e in near):
                out.append((i, "answer", a, b))
    return out


def values(p, found, name, slices):
    """Highest held probability in the windows of one sort: of `over` where the assistant is silent, else of `yields`."""
    column = 1 if name in ("pause", "end") or "silent" in name else 2
    q = held(p[..., column], slices)
    return np.array([peak(q[i], a, b) for i, what, a, b in found if what == name])


def spoken(p, data):
    """The highest probability of speech in each of the user's turns, and in each side talk, while the assistant is silent."""
    speaking, turns, side = data.speaking.numpy() > 0, [], []
    for i, known in enumerate(data.known):
        for kind, a, b, what in known["events"]:
            part = slice(a // SLICE, b // SLICE + 1)
            if b - a >= 3 * SLICE and not speaking[i, part].any():
                if kind == TURN and what == "alone":
                    turns.append(p[i, part, 0].max())
                elif KINDS[kind] == "side" and what != "television":
                    side.append(p[i, part, 0].max())
    return np.array(turns), np.array(side)


def share(x):
    return float(np.mean(x)) if len(x) else float("nan")


def delays(p, found, name, column, slices, threshold):
    q = held(p[..., column], slices)
    return [delay(q[i], a, b, threshold) for i, what, a, b in found if what == name]


def latencies(p, found, threshold, slices):
    """Seconds from each turn's end; the safety timer ends what is not noticed."""
    return np.array([SAFETY_SECONDS if d is None else d for d in delays(p, found, "end", 1, slices, threshold)])


def curve(p, found, slices=1):
    """[thresholds, 3]: mean latency, median latency, share of pauses cut off."""
    cut = values(p, found, "pause", slices)
    rows = []
    for t in GRID:
        late = latencies(p, found, t, slices)
        rows.append((late.mean(), np.median(late), share(cut >= t)))
    return np.array(rows)


def cut_at(rows, seconds):
    """Share cut off at a mean latency."""
    order = np.argsort(rows[:, 0])
    return float(np.interp(seconds, rows[order, 0], rows[order, 2]))


def latency_at(rows, cut):
    """Least mean latency with at most this share cut off."""
    allowed = rows[rows[:, 2] <= cut]
    return float(allowed[:, 0].min()) if len(allowed) else float("nan")


def timer(found, seconds):
    """Share of pauses that a timer without ears cuts off."""
    return share([b - a >= seconds * RATE for _, what, a, b in found if what == "pause"])


def manners(p, found, threshold, slices):
    """R_Y, median L_Y, S_BC, S_VT, S_ND, share of answers broken off for nothing."""
    late = delays(p, found, "interruption", 2, slices, threshold)
    yielded = [d for d in late if d is not None]
    keeps = [1 - share(values(p, found, name, slices) >= threshold) for name in NAMES]
    broken = share(values(p, found, "answer", slices) >= threshold)
    return [share([d is not None for d in late]), float(np.median(yielded)) if yielded else 9.0, *keeps, broken]


def cost(m):
    """Of manners; every part counts a few hundredths where it is as good as must be."""
    yields, late, *keeps, broken = np.nan_to_num(m)
    return 3 * (1 - yields) + 2 * (1 - keeps[0]) + 0.7 * sum(1 - k for k in keeps[1:]) + 0.5 * max(0, late - 0.25) + 2 * broken


def penalty(p, data):
    p, found = meant(p, data), cases(data)
    rows = curve(p, found)
    best = min((manners(p, found, t, 1) for t in GRID[::4]), key=cost)
    total = cut_at(rows, 0.3) + cut_at(rows, 0.6) + latency_at(rows, 0.05) + cost(best)
    return total, (
        f"{total:.3f}, cut off {cut_at(rows, 0.3):.1%} at 300 ms, {cut_at(rows, 0.6):.1%} at 600 ms, {latency_at(rows, 0.05) * 1000:.0f} ms at 5 %; "
        "R_Y {:.3f} L_Y {:.2f} s S_BC {:.3f} S_VT {:.3f} S_ND {:.3f} broken off {:.3f}".format(*best))


def chosen(p, data):
    """The rule that is best on these speakers: the fewest cut-offs at a mean latency of `LATENCY_SECONDS_MAX`, and the best manners."""
    p, found = meant(p, data), cases(data)
    choices = []
    for slices in (1, 2, 3):
        rows = curve(p, found, slices)
        choices += [(rows[i, 2], GRID[i], slices) for i in range(len(GRID)) if rows[i, 0] <= LATENCY_SECONDS_MAX]
    _, over, over_slices = min(choices)
    _, yields, yield_slices = min((cost(manners(p, found, t, s)), t, s) for t in GRID for s in (1, 2, 3))
    return Rule(round(float(over), 3), over_slices, round(float(yields), 3), yield_slices)


def table(title, p, data, rule):
    """Lines with every figure and its n."""
    p, found = meant(p, data), cases(data)
    count = lambda name: sum(what == name for _, what, _, _ in found)
    rows, late = curve(p, found, rule.over_slices), latencies(p, found, rule.over, rule.over_slices)
    m = manners(p, found, rule.yields, rule.yield_slices)
    at = lambda name: share(values(p, found, name, rule.over_slices if "silent" in name else rule.yield_slices) >= (rule.over if "silent" in name else rule.yields))
    yield f"{title}: {len(data)} dialogues"
    yield f"  cut off at 300 / 600 ms: {cut_at(rows, 0.3):.1%} / {cut_at(rows, 0.6):.1%} of {count('pause')} pauses (a timer alone: {timer(found, 0.3):.1%} / {timer(found, 0.6):.1%}); latency at 5 %: {latency_at(rows, 0.05) * 1000:.0f} ms"
    yield f"  the rule: cut off {share(values(p, found, 'pause', rule.over_slices) >= rule.over):.1%}; latency median {np.median(late) * 1000:.0f}, mean {late.mean() * 1000:.0f}, p90 {np.percentile(late, 90) * 1000:.0f} ms, n {len(late)}, left to the timer {share(late >= SAFETY_SECONDS):.1%}"
    yield f"  R_Y {m[0]:.3f} (n {count('interruption')}), L_Y median {m[1] * 1000:.0f} ms; broken off for nothing {m[5]:.1%} (n {count('answer')})"
    yield "  " + ", ".join(f"{short} {k:.3f} (n {count(name)}; to its end {1 - at(name + ', whole'):.3f})" for (name, short), k in zip(NAMES.items(), m[2:5]))
    turns, side = spoken(p, data)
    yield "  speech reaches " + ", ".join(f"{t} in {share(turns >= t):.1%} of turns and {share(side >= t):.1%} of side talk" for t in (0.5, 0.9)) + f", n {len(turns)} and {len(side)}"
    yield "  while silent: " + ", ".join(f"{short} {1 - at(name + ', silent'):.3f} (n {count(name + ', silent')})" for name, short in NAMES.items() if count(name + ", silent"))
