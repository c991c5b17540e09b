"""From figures to ratios: a row for each target, as a table for people and the same for programs."""

import json
import os
import statistics

from cells import OURS


class Figures:
    """Tokens a second by cell, contestant and round."""

    def __init__(self):
        self.rates = {}

    def add(self, cell, contestant, round, rate):
        self.rates.setdefault((cell, contestant), {})[round] = rate

    def median(self, cell, contestant):
        return statistics.median(self.rates[cell, contestant].values())

    def of(self, cell, admits):
        """The contestants of a cell that were measured, and how near each came to the fastest, that one first.

        Compared within rounds: in another round the machine may have been twice as fast for everyone.
        """
        found = {contestant: rates for (c, contestant), rates in self.rates.items() if c == cell and admits(contestant)}
        fastest = {}
        for rates in found.values():
            for round, rate in rates.items():
                fastest[round] = max(rate, fastest.get(round, 0))
        nearness = {
            contestant: statistics.median(rate / fastest[round] for round, rate in rates.items())
            for contestant, rates in found.items()}
        return dict(sorted(nearness.items(), key=lambda item: -item[1]))

    def row(self, target):
        """Best of ours against the best of theirs, round by round, as far as they were measured."""
        row = {}
        ours = list(self.of(target.cell, lambda contestant: contestant.peer == OURS))
        theirs = list(self.of(target.cell, target.admits))
        if ours:
            row.update(ours=f"{ours[0].weights}, {ours[0].variant}", oursTokensPerSecond=self.median(target.cell, ours[0]))
        if theirs:
            row.update(peer=str(theirs[0]), peerTokensPerSecond=self.median(target.cell, theirs[0]))
        if ours and theirs:
            mine, other = self.rates[target.cell, ours[0]], self.rates[target.cell, theirs[0]]
            ratios = [mine[round] / other[round] for round in mine if round in other]
            if ratios:
                row.update(
                    ratio=statistics.median(ratios), ratioMin=min(ratios), ratioMax=max(ratios), rounds=len(ratios))
        return row


def asked(target):
    return f"{target.peer} {target.weights}" if target.weights else f"best of {target.peer}"


def line(target, row):
    """A row of the table; what was not measured is a dash."""
    number = lambda key, digits: f"{row[key]:.{digits}f}" if key in row else "–"
    peer = asked(target)
    if "peer" in row and target.weights is None:
        peer += f": {row['peer']}"
    elif "peer" in row:
        peer = row["peer"]
    mark = spread = ""
    if "ratio" in row:
        mark = "✓" if row["ratio"] >= target.must else "✗"
        spread = f"{row['ratioMin']:.2f} to {row['ratioMax']:.2f}"
    return (
        f"| {target.cell} | {row.get('ours', '–')} | {number('oursTokensPerSecond', 0)} | {peer} | "
        f"{number('peerTokensPerSecond', 0)} | {number('ratio', 2)} | {spread} | "
        f"{target.must} | {mark} |")


def markdown(figures, targets, machine, remarks):
    lines = [
        "# Decoding beside its peers", "",
        f"{machine['processor']}, core {machine['core']}; load {machine['loadBegin']} at the beginning, "
        f"{machine['loadEnd']} at the end. Processor time of median steps, tokens a second of all sequences together, "
        f"medians of rounds, one thread; random weights, but for the mind's. " + "; ".join(machine["versions"]) + ".",
        "", "| cell | ours | tok/s | peer | its tok/s | ratio | of the rounds | must | |",
        "|---|---|---|---|---|---|---|---|---|"]
    lines += [line(target, figures.row(target)) for target in targets]
    lines += ["", "Everything that was measured:", "", "| cell | contestant | tok/s | rounds |", "|---|---|---|---|"]
    for cell in dict.fromkeys(target.cell for target in targets):
        for contestant in figures.of(cell, lambda contestant: True):
            rates = figures.rates[cell, contestant]
            lines.append(f"| {cell} | {contestant} | {figures.median(cell, contestant):.0f} | {len(rates)} |")
    return "\n".join(lines + [""] + [f"- {remark}" for remark in remarks]).rstrip() + "\n"


def document(figures, targets, machine, remarks):
    return dict(
        machine=machine, remarks=remarks,
        rows=[
            dict(
                shape=target.cell.shape, context=target.cell.context, batch=target.cell.batch, against=asked(target),
                must=target.must, **figures.row(target))
            for target in targets],
        figures=[
            dict(
                shape=cell.shape, context=cell.context, batch=cell.batch, peer=contestant.peer, weights=contestant.weights,
                variant=contestant.variant, tokensPerSecond=[rates[round] for round in sorted(rates)])
            for (cell, contestant), rates in figures.rates.items()])


def publish(figures, targets, machine, remarks, folder):
    """Prints the table; with a folder, writes peers.md and peers.json there too."""
    text = markdown(figures, targets, machine, remarks)
    print(text, flush=True)
    if folder:
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "peers.md"), "w") as file:
            file.write(text)
        with open(os.path.join(folder, "peers.json"), "w") as file:
            json.dump(document(figures, targets, machine, remarks), file, indent=2)
            file.write("\n")
