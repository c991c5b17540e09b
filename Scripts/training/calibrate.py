"""Makes a trained duplex model readier to fall silent: moves the logit of the silent code while it speaks.

    python calibrate.py BANK SPEECH ENCODER.pt CODEC.pt IN.pt OUT.pt [--amount 1.0]

How often an answer is interrupted, and how often it is met with a back-channel, is the training's choice; what a missed
interruption costs against a needless stop is a listener's. The heads have no biases: the row of the silent code is moved along
the direction in which hidden states of speaking positions have a constant product (least squares), by `amount` nats.
"""

import argparse

import torch

import vocabulary as pieces
from answers import Answers
from dialogues import Renderer
from duplex import SILENT_CODE, Duplex
from train_duplex import stack


def speaking_states(model, examples):
    """Final hidden states [n, width] at speak positions that follow sound."""
    out = []
    with torch.no_grad():
        for e in examples:
            rows, think, say, codes, _, _ = stack([e], 0.0)
            h = model.core(model.positions(rows, think, say, codes))[:, 3::2]
            out.append(h[codes[:, :-1, 0] != SILENT_CODE])
    return torch.cat(out)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("bank", "speech", "encoder", "codec", "duplex", "out"):
        parser.add_argument(name)
    parser.add_argument("--amount", type=float, default=1.0)
    parser.add_argument("--conversations", type=int, default=24)
    a = parser.parse_args()
    state = torch.load(a.duplex)
    model = Duplex(state["think.weight"].shape[0])
    model.load_state_dict(state)
    renderer = Renderer(a.bank, Answers(a.speech, a.codec, a.duplex + ".codes.npz"), a.encoder, pieces.load(), 904)
    examples = [renderer.render() for _ in range(a.conversations)]
    h = speaking_states(model.eval(), examples)
    mean, power = h.mean(0), h.T @ h / len(h)
    direction = torch.linalg.solve(power + 1e-3 * power.diagonal().mean() * torch.eye(len(mean)), mean)
    product = h @ direction
    state["first.weight"][SILENT_CODE] += a.amount / product.mean() * direction
    torch.save(state, a.out)
    print(f"{a.out}: +{a.amount} nats for silence, spread {a.amount * float(product.std() / product.mean()):.2f}, over {len(h)} slices of speech")


if __name__ == "__main__":
    main()
