"""The floor: a small causal network that says in every slice of 80 ms who should have the floor.

    python floor.py FOLDER OUT.pt [--steps N]
    python floor.py FOLDER OUT.pt --measure | --export MODEL

FOLDER/features is what `floor_data.py` wrote. Resumes from OUT.pt.checkpoint; OUT.pt.best is the running average of the
weights that was best on the development speakers. `--export` chooses the thresholds on those speakers too.
"""

import argparse
import copy
import os
import random

import torch
import torch.nn as nn
import torch.nn.functional as F

import floor_judge
from floor_data import BANDS, HALVES, Features
from floor_dialogues import KINDS, SLICE
from tensors import read_safetensors, write_safetensors
from training import Run, autocast

EAR, BAND, PLAYED, SCALARS = 4 * 384, HALVES * BANDS, 5, 10
INPUTS = BAND * (1 + PLAYED) + SCALARS
HEARD, KNOWN, WIDTH, LEAK = 96, 96, 192, 0.1
# The loudest band of silence, and how much what was loudest is forgotten in a slice: 0.65 dB a second.
SILENT, FORGOTTEN = -1.737, 0.002
# Against learning the recordings by heart: noise on the ear's rows (their deviation is about 1), an offset of every example's
# dimensions, as if others spoke, and the share of examples without the rows.
NOISE, OFFSET, DEAF, DROPOUT, DECAY = 0.8, 0.5, 0.25, 0.35, 0.1
BATCH, LENGTH, AVERAGE, MEASURE_EVERY = 64, 188, 0.99, 100


class Floor(nn.Module):
    """[batch, slices, EAR], [batch, slices, INPUTS] to [batch, slices, 3 + kinds]: logits of speech, over, yield; of the kinds."""

    def __init__(self, heard=HEARD, known=KNOWN, width=WIDTH):
        super().__init__()
        self.ear, self.rest = nn.Linear(EAR, heard), nn.Linear(INPUTS, known)
        self.memory = nn.GRU(heard + known, width, 2, batch_first=True, dropout=DROPOUT)
        self.output = nn.Linear(width, 3 + len(KINDS))

    def probabilities(self, ear, rest):
        y = self(ear, rest)[0]
        return torch.cat([y[..., :3].sigmoid(), y[..., 3:].softmax(-1)], -1)

    def forward(self, ear, rest, state=None):
        drop = lambda x: F.dropout(x, DROPOUT, self.training)
        x = torch.cat([F.leaky_relu(self.ear(ear), LEAK), F.leaky_relu(self.rest(rest), LEAK)], -1)
        x, state = self.memory(drop(x), state)
        return self.output(drop(x)), state


def counted(mask):
    """[batch, slices]: for how many slices the mask has been true, this one among them; 0 where it is not."""
    count, out = torch.zeros(mask.shape[0]), torch.zeros(mask.shape)
    for i in range(mask.shape[1]):
        count = torch.where(mask[:, i], count + 1, torch.zeros(()))
        out[:, i] = count
    return out


def levels(microphone, speaking):
    """[batch, slices, 2]: how loud a slice is, in its loudest band, beside the loudest while our voice was silent; and that."""
    loud, most = microphone.amax(-1), torch.full(microphone.shape[:1], SILENT)
    out = torch.zeros(*loud.shape, 2)
    for i in range(loud.shape[1]):
        most = torch.where(speaking[:, i], most, torch.maximum(loud[:, i], most - FORGOTTEN))
        out[:, i, 0], out[:, i, 1] = 3 * (loud[:, i] - most), most
    return out


def inputs(own, microphone, level, speaking, likelihood, words):
    """[batch, slices, INPUTS] of what `Floor` in Swift gets; `level` from `levels`, likelihood is log P(turn over), NaN where it is not known."""
    played = [F.pad(own, (0, 0, i, 0))[:, : own.shape[1]] for i in range(PLAYED)]
    known = ~likelihood.isnan()
    value = torch.nan_to_num(likelihood).clamp(min=-8)
    # Silence counts from the start on.
    times = [torch.log1p(counted(m)) for m in (speaking, ~speaking)]
    # Larger than the bands, so that few numbers among many are learned as fast.
    scalars = [2 * speaking, *times, 4 * known, value, 4 * known * value.exp(), words.clamp(max=20) / 5, 2 * (words > 0)]
    return torch.cat([microphone, *played, torch.stack([x.float() for x in scalars], -1), level], -1)


class Mind:
    """What the mind and the words would be: drawn anew every time that a dialogue is learned from."""

    # Percent of silences in which the mind is sure that the turn is over, undecided, sure of the contrary: complete turns, parts, others' sounds.
    COMPLETE, INCOMPLETE, OTHERS = (60, 14, 26), (16, 16, 68), (40, 15, 45)

    def __init__(self, share=0.95):
        # Dialogues in which the mind says nothing at all.
        self.absent = 1 - share

    def judgement(self, r, shares):
        """log P(over): a mind is nearly always sure of the one or of the other."""
        return -r.choices([abs(r.gauss(0, 0.3)), r.uniform(0.7, 5), r.uniform(5, 10)], shares)[0]

    def likelihood(self, r, known, slices):
        """log P(over) in pauses, from two to five slices after the words' end on."""
        out = torch.full((slices,), float("nan"))
        if r.random() < self.absent:
            return out
        for end, until, complete in known["said"]:
            if r.random() < 0.05:
                continue
            out[end // SLICE + r.randint(3, 6) : until // SLICE + 1] = self.judgement(r, self.COMPLETE if complete else self.INCOMPLETE)
        for kind, _, end, _ in known["events"]:
            if KINDS[kind] in ("backchannel", "side", "tic") and r.random() < 0.4:
                at = end // SLICE + r.randint(3, 6)
                out[at : at + r.randint(3, 25)] = self.judgement(r, self.OTHERS)
        return out

    def words(self, r, known, slices):
        """About two and a half a second of speech since the assistant spoke last; late, and wrong."""
        rate = torch.zeros(slices)
        if r.random() < 0.4:
            return rate
        for kind, start, end, what in known["events"]:
            heard = {"turn": 1.0, "backchannel": 0.7, "side": 0.5}.get(KINDS[kind], 0.1)
            if what not in ("alone", "over") and r.random() < heard:
                rate[start // SLICE + 4 : end // SLICE + 4] = 2.5 * 0.08 * r.uniform(0.6, 1.3)
        total, out = 0.0, torch.zeros(slices)
        ends = {a[1] // SLICE for a in known["answers"]}
        for i, x in enumerate(rate.tolist()):
            total = 0.0 if i in ends else total + x
            out[i] = int(total)
        return out

    def __call__(self, r, known, slices):
        return self.likelihood(r, known, slices), self.words(r, known, slices)


def gathered(data, picked, first, length, said):
    """Rows of several dialogues: ear, inputs and the truth by name. `said`: (likelihood, words) of each, whole dialogues."""
    take = lambda array: torch.stack([array[i, a : a + length] for i, a in zip(picked, first)]).float()
    whole = lambda rows: torch.stack([x[a : a + length] for x, a in zip(rows, first)])
    likelihood, words = whole([s[0] for s in said]), whole([s[1] for s in said])
    rest = inputs(take(data.own), take(data.microphone), take(data.level), take(data.speaking) > 0, likelihood, words)
    return take(data.ear), rest, {k: take(data.arrays[k]) for k in ("kind", "speech", "over", "over_weight", "yields", "yield_weight")}


def loss_of(y, t):
    """Losses of the four outputs; taking the turn too early costs more than late."""
    bce = lambda i, target, weight: (F.binary_cross_entropy_with_logits(y[..., i], target, reduction="none") * weight).sum() / (weight.sum() + 1)
    weights = torch.tensor([0.5, 1.0, 1.5, 1.5, 1.0, 0.5])
    kind = F.cross_entropy(y[..., 3:].flatten(0, 1), t["kind"].long().flatten(), weights)
    return dict(speech=bce(0, t["speech"], torch.ones_like(t["speech"])), over=bce(1, t["over"], t["over_weight"]), yields=bce(2, t["yields"], t["yield_weight"]), kind=kind)


_NOISE = NOISE * torch.randn((1 << 24) + 4099)


def disturbed(ear, r):
    """Noise from one long list at a random place: drawing it anew would take longer than the network."""
    rows = ear.flatten(1)
    for row in rows:
        first = r.randrange(len(_NOISE) - len(row))
        row += _NOISE[first : first + len(row)]
    offset = OFFSET * torch.randn(len(ear), 1, EAR // 4).repeat(1, 1, 4)
    heard = torch.tensor([[[r.random() >= DEAF]] for _ in rows])
    return (rows.view_as(ear) + offset) * heard


def learn(model, average, run, data, mind, seed):
    """One step."""
    r = random.Random(f"{seed} {run.step}")
    picked = [r.randrange(len(data)) for _ in range(BATCH)]
    first = [r.randrange(data.ear.shape[1] - LENGTH + 1) for _ in picked]
    said = [mind(r, data.known[i], data.ear.shape[1]) for i in picked]
    ear, rest, t = gathered(data, picked, first, LENGTH, said)
    with autocast():
        y = model(disturbed(ear, r), rest)[0]
    losses = loss_of(y.float(), t)
    run.update(0.5 * losses["speech"] + 2 * losses["over"] + 2 * losses["yields"] + 0.4 * losses["kind"], BATCH * LENGTH * 0.08, **{k: v.detach() for k, v in losses.items()})
    share = 1 - min(AVERAGE, (run.step + 1) / (run.step + 10))
    with torch.no_grad():
        for mean, now in zip(average.parameters(), model.parameters()):
            mean.lerp_(now, share)


@torch.no_grad()
def outputs(model, data, share=0.95, seed=7):
    """[dialogues, slices, 3 + kinds] probabilities of all dialogues."""
    mind, out, slices = Mind(share), [], data.ear.shape[1]
    for i in range(0, len(data), 20):
        picked = list(range(i, min(i + 20, len(data))))
        said = [mind(random.Random(f"{seed} {j}"), data.known[j], slices) for j in picked]
        ear, rest, _ = gathered(data, picked, [0] * len(picked), slices, said)
        out.append(model.probabilities(ear, rest))
    return torch.cat(out).numpy()


def features(folder, split):
    data = Features(folder, split)
    data.arrays["level"] = levels(data.microphone.float(), data.speaking > 0)
    return data


def balance(data):
    """Weighs silence after a turn by how seldom the script lets it last so long, as if the assistant never answered by itself."""
    slices = data.ear.shape[1]
    # Half of the answers come after 0.2 to 0.8 s, half after 0.3 to 2.4 s.
    left = lambda t: 0.5 * min(1, max(0, (0.8 - t) / 0.6)) + 0.5 * min(1, max(0, (2.4 - t) / 2.1))
    weights = torch.tensor([min(6, 1 / max(0.01, left(i * 0.08))) for i in range(30)])
    for i, known in enumerate(data.known):
        for end, until in known["ends"]:
            first, last = end // SLICE, min(until // SLICE, slices, end // SLICE + 30)
            if last > first:
                data.over_weight[i, first:last] *= weights[: last - first]


def train(model, a):
    data, dev, mind = features(a.folder, "train"), features(a.folder, "dev"), Mind()
    balance(data)
    run = Run(model, a.out, a.steps, a.rate, weight_decay=DECAY)
    average, best = copy.deepcopy(model).eval(), float("inf")
    if os.path.exists(a.out + ".best"):
        saved = torch.load(a.out + ".best")
        average.load_state_dict(saved["weights"])
        best = saved["penalty"]
    print(f"{len(data)} dialogues, {len(dev)} for choosing", flush=True)
    while not run.done:
        model.train()
        learn(model, average, run, data, mind, a.seed)
        if run.step % MEASURE_EVERY == 0 or run.done:
            p = outputs(average, dev)
            penalty, line = floor_judge.penalty(p, dev)
            print(f"dev, step {run.step}: {line}", flush=True)
            if penalty < best:
                best = penalty
                torch.save(dict(weights=average.state_dict(), penalty=float(penalty), step=run.step), a.out + ".best")
    run.finish()


def best_of(model, path):
    saved = torch.load(path + ".best")
    model.load_state_dict(saved["weights"])
    print(f"weights of step {saved['step']}", flush=True)
    return model.eval()


def export(model, folder, target):
    """Half precision, with thresholds that fit it; what is measured after it is what is shipped."""
    path = os.path.join(target, "floor.safetensors")
    write_safetensors(path, model.state_dict())
    model.load_state_dict(read_safetensors(path))
    dev = features(folder, "dev")
    rule = floor_judge.chosen(outputs(model, dev), dev)
    write_safetensors(path, model.state_dict(), rule.metadata())
    print(f"{path}: {os.path.getsize(path) / 1e6:.1f} MB", flush=True)


def measure(model, folder):
    """Thresholds from the development speakers, figures of the held-out ones, with the mind and without."""
    dev = features(folder, "dev")
    rule = floor_judge.chosen(outputs(model, dev), dev)
    print(rule)
    print("\n".join(floor_judge.table("dev", outputs(model, dev), dev, rule)))
    for split, shares in (("held", (0.95, 0.0)), ("echo", (0.95,))):
        data = features(folder, split)
        for share in shares:
            print("\n".join(floor_judge.table(f"{split}, mind in {share:.0%} of dialogues", outputs(model, data, share), data, rule)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("out")
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--rate", type=float, default=2.5e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--export", metavar="FOLDER", help="write the best weights, then measure them")
    parser.add_argument("--measure", action="store_true", help="of the best weights")
    a = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(a.seed)
    model = Floor()
    if not (a.export or a.measure):
        return train(model, a)
    best_of(model, a.out)
    if a.export:
        export(model, a.folder, a.export)
    measure(model, a.folder)


if __name__ == "__main__":
    main()
