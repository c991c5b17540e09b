"""What every training shares: resumable runs, a rate schedule, batches from worker processes, edit distance."""

import json
import os
import time

import numpy as np
import torch


# Models train on this device; conversations are rendered on the CPU's cores.
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


def autocast(device=DEVICE, enabled=True):
    """bfloat16, but not on a processor that has no instructions for it: that is several times slower than float32."""
    return torch.autocast(device, torch.bfloat16, enabled=enabled and (device == "cuda" or torch.cpu.get_capabilities().get("avx512_bf16", False)))


class Run:
    """One training: AdamW, warm-up, constant rate, linear decay over the last 30 %; a checkpoint every three minutes.

    A run resumes from `path + ".checkpoint"`; the number of steps may change in between (before the decay that costs nothing).
    """

    def __init__(self, model, path, steps, rate, warmup=100, decay=0.3, clip=1.0, betas=(0.9, 0.98), weight_decay=0.02, report=60, groups=None):
        """`groups`: the optimizer's, where parts learn at different rates: `factor` of `rate`."""
        self.model, self.path, self.steps, self.rate, self.warmup, self.decay, self.clip, self.report = (
            model, path, steps, rate, warmup, decay, clip, report)
        model.to(DEVICE)
        self.optimizer = torch.optim.AdamW(groups or model.parameters(), rate, betas=betas, weight_decay=weight_decay, fused=True)
        self.step, self.losses, self.seconds = 0, [], 0.0
        self.parameters = sum(p.numel() for p in model.parameters())
        checkpoint = path + ".checkpoint"
        if os.path.exists(checkpoint):
            saved = torch.load(checkpoint, map_location=DEVICE, weights_only=False)
            model.load_state_dict(saved["model"])
            self.optimizer.load_state_dict(saved["optimizer"])
            self.step = saved["step"]
        print(f"{path}: {self.parameters / 1e6:.2f}M parameters, step {self.step} of {steps}", flush=True)
        self.started = self.saved = self.reported = time.time()

    @property
    def done(self):
        return self.step >= self.steps

    def update(self, loss, audio_seconds=0.0, **named):
        """One optimizer step. True when it is time for an interim evaluation."""
        left = (self.steps - self.step) / max(1, self.steps * self.decay)
        for group in self.optimizer.param_groups:
            group["lr"] = group.get("factor", 1) * self.rate * min(1, (self.step + 1) / self.warmup, max(0.01, left))
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.clip)
        self.optimizer.step()
        self.step += 1
        self.seconds += audio_seconds
        self.losses.append({"loss": float(loss.detach()), **{k: float(v) for k, v in named.items()}})
        now = time.time()
        if now - self.saved > 180:
            self.saved = now
            self.save()
        if now - self.reported > self.report:
            self.reported = now
            mean = {k: np.mean([l[k] for l in self.losses]) for k in self.losses[0]}
            self.losses = []
            print(f"step {self.step}/{self.steps} {now - self.started:.0f} s, {self.seconds / (now - self.started):.0f} x real time, "
                  + ", ".join(f"{k} {v:.3f}" for k, v in mean.items()), flush=True)
            return True
        return False

    def save(self):
        state = dict(model=self.model.state_dict(), optimizer=self.optimizer.state_dict(), step=self.step)
        torch.save(state, self.path + ".part")
        os.replace(self.path + ".part", self.path + ".checkpoint")

    def finish(self):
        self.save()
        torch.save({name: value.cpu() for name, value in self.model.state_dict().items()}, self.path)


class _Stream(torch.utils.data.IterableDataset):
    def __init__(self, make, seed):
        self.make, self.seed = make, seed

    def __iter__(self):
        info = torch.utils.data.get_worker_info()
        return self.make(self.seed * 1009 + (info.id if info else 0) + 1)


def batches(make, size, seed, workers=1):
    """Endless lists of `size` examples of `make(seed)`, generated in `workers` processes."""
    loader = torch.utils.data.DataLoader(
        _Stream(make, seed), batch_size=size, collate_fn=list, num_workers=workers, prefetch_factor=4 if workers else None)
    return iter(loader)


def edit_distance(a, b):
    """Levenshtein distance of two sequences."""
    row = list(range(len(b) + 1))
    for i in range(1, len(a) + 1):
        before, row[0] = row[0], i
        for j in range(1, len(b) + 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a[i - 1] != b[j - 1]))
    return row[-1]
