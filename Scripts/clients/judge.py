"""What a client's notes and the recording of what it played say of each behaviour."""

import re
from dataclasses import dataclass

from call import LOUD, PIECE_SECONDS, WEATHER, WEATHER_DAY, loudness
from ears import RATE
from scenes import PAUSE_SECONDS_MAX

BEHAVIOURS = [
    "connects", "hears a correct answer", "transcripts", "barge-in", "text item", "clean close", "refused when full"]
# From the first sound of the interruption to the last sound of the interrupted answer.
STOP_SECONDS_MAX = 1.2
# The city that the tool's scene asks for.
TOOL_CITY = "oslo"
EXPECTED = {
    "question": "tuesday comes after monday", "interruption": "saturday comes after friday",
    "text": "sunday comes after saturday"}


@dataclass
class Cell:
    # True, False, or None if the client does not have this behaviour.
    good: bool | None
    why: str

    def __str__(self):
        return {True: "✓", False: "✗", None: "–"}[self.good] + (f" {self.why}" if self.why else "")


class Judge:
    """Of one client's call."""

    def __init__(self, entry, notes, samples, ears):
        self.entry, self.notes, self.samples, self.ears = entry, notes, samples, ears

    def first(self, event, **fields):
        matches = (n for n in self.notes if n["event"] == event and all(n.get(k) == v for k, v in fields.items()))
        return next(matches, None)

    def within(self, scene):
        """The notes from a scene's beginning to the next one's: what came late belongs to it."""
        begin = self.first("scene", name=scene)
        if begin is None:
            return []
        rest = self.notes[self.notes.index(begin) + 1 :]
        count = next((i for i, n in enumerate(rest) if n["event"] in ("scene", "closing", "failed")), len(rest))
        return [begin, *rest[:count]]

    def text(self, scene, event):
        joined = "".join(n["text"] for n in self.within(scene) if n["event"] == event)
        return " ".join(re.sub(r"[^a-z' ]", " ", joined.lower()).split())

    def heard(self, scene):
        notes = self.within(scene)
        if not notes:
            return ""
        begin, end = (int(notes[i]["at"] * RATE) for i in (0, -1))
        return " ".join(self.ears.words(self.samples[begin:end]))

    def troubles(self, scene=None):
        """In a scene, or before the first and behind the last."""
        if scene:
            notes = self.within(scene)
        else:
            inner = {id(n) for name in EXPECTED for n in self.within(name)}
            notes = [n for n in self.notes if id(n) not in inner]
        return "; ".join(n["text"] for n in notes if n["event"] == "trouble")

    # The table's cells.

    def cells(self, is_empty):
        connected = self.first("connected")
        if connected is None:
            failed = self.first("failed") or {"how": "the client ended without a word"}
            return [Cell(False, failed["how"])] + [Cell(False, "not connected")] * (len(BEHAVIOURS) - 2)
        return [
            Cell(True, f"{connected['at']:.1f} s"), self.answer("question"), self.transcripts(), self.interruption(),
            Cell(None, self.entry.no_text) if self.entry.no_text else self.answer("text"), self.close(is_empty)]

    def answer(self, scene):
        expected, told, heard = EXPECTED[scene], self.text(scene, "assistant"), self.heard(scene)
        trouble = self.troubles(scene)
        good = told == expected and expected.split()[0] in heard.split() and not trouble
        return Cell(good, f"“{heard}”" if good else f"told “{told}”, heard “{heard}” {trouble}".strip())

    def tool(self):
        """Whether the function was called once, with the city that was asked for, and its result said."""
        if self.first("connected") is None:
            return Cell(False, (self.first("failed") or {"how": "the client ended without a word"})["how"])
        cities = [n["city"] for n in self.within("tool") if n["event"] == "tool"]
        told, heard, trouble = self.text("tool", "assistant"), self.heard("tool"), self.troubles("tool")
        good = cities == [TOOL_CITY] and WEATHER in told and WEATHER_DAY in heard.split() and not trouble
        return Cell(good, f"“{told}”" if good else f"called for {cities}, told “{told}”, heard “{heard}” {trouble}".strip())

    def transcripts(self):
        asked, told = self.text("question", "user"), self.text("question", "assistant")
        if not self.entry.has_user_text:
            return Cell(told == EXPECTED["question"], "the assistant's alone: the protocol has no other")
        good = asked == self.first("says")["text"] and told == EXPECTED["question"]
        return Cell(good, "both" if good else f"user “{asked}”, assistant “{told}”")

    def last_sound(self, begin, end):
        """Where the last loud piece between two times begins. None in silence."""
        piece = int(RATE * PIECE_SECONDS)
        places = range(int(max(0, begin) * RATE), int(end * RATE), piece)
        return max((p / RATE for p in places if loudness(self.samples[p : p + piece].tobytes()) > LOUD), default=None)

    def interruption(self):
        trouble, begun = self.troubles("interruption"), self.first("interrupts")
        sounded = begun and begun["speaking"] and self.last_sound(begun["at"] - PAUSE_SECONDS_MAX, begun["at"] + PIECE_SECONDS)
        if not sounded or trouble:
            said = self.text("interruption", "assistant")
            return Cell(False, trouble or f"“{said}” was over when it should be broken off")
        says = next(n for n in self.notes if n["event"] == "says" and n["at"] >= begun["at"])
        last = self.last_sound(begun["at"], says["end"]) or sounded
        stop = max(0.0, last - says["begin"])
        shown = {n["how"] for n in self.within("interruption") if n["event"] == "flushed" and n["at"] > begun["at"]}
        how = f"{stop:.1f} s, {' '.join(sorted(shown)) or 'the audio falls silent'}"
        if stop > STOP_SECONDS_MAX:
            return Cell(False, f"still speaks after {how}")
        return Cell(True, how)

    def close(self, is_empty):
        closed, trouble = self.first("closed"), self.troubles()
        if closed is None:
            return Cell(False, (self.first("failed") or {"how": "the client was ended"})["how"])
        if not is_empty:
            return Cell(False, "the server still has its session")
        return Cell(not trouble, trouble or closed["how"])


def refused(notes, attempts):
    """What a client made of a server without room, and how often that refused it."""
    last = next((n for n in reversed(notes) if n["event"] in ("refused", "admitted", "undecided", "failed")), None)
    if last is None:
        return Cell(False, "the client ended without a word")
    if last["event"] != "refused" or attempts < 1:
        return Cell(False, f"{last['event']} after {last['at']:.0f} s, {attempts} upgrades refused")
    return Cell(True, f"503, gives up after {attempts} attempt{'s' * (attempts > 1)}, {last['at']:.1f} s")
