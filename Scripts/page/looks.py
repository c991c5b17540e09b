"""How the page looks at the sizes that people have, and whether its state keeps its promises in this browser."""

import asyncio
import json
import pathlib

SIZES = {"desktop": (1200, 800), "phone": (390, 844), "side": (844, 390), "narrow": (320, 640), "small": (320, 568), "zoomed": (640, 400)}
# The welcome fits into these without scrolling.
ROOMY = ("desktop", "phone", "side")
NOTICE_SIZES = ((375, 667), (320, 568), (568, 320))
TEXT_PIXELS_MIN = 150
# Finds boxes outside the window and buttons that are too small for their words. Uses the given width: a phone's browser zooms out
# of content that is too wide, so the width that it reports proves nothing.
WRONG = """((width, height) => {
  const wrong = [];
  if (innerWidth !== width || document.documentElement.scrollWidth > width) wrong.push("wider than the window");
  for (const e of document.querySelectorAll("header, main > *, footer, footer button, #compose")) {
    const box = e.getBoundingClientRect();
    if (box.width && (box.right > width + 1 || box.left < -1 || box.bottom > height + 1)) wrong.push((e.id || e.tagName) + " sticks out");
    if (box.width && e.matches("button") && e.scrollWidth > e.clientWidth + 1) wrong.push(e.id + " is too small for its words");
  }
  for (const e of document.querySelectorAll("footer button, #connection, #text, #compose button")) {
    const box = e.getBoundingClientRect(), y = box.y + box.height / 2;
    if (![box.left + 4, box.right - 4].every((x) => e.contains(document.elementFromPoint(x, y)))) wrong.push((e.id || "send") + " is covered");
  }
  const small = [...document.querySelectorAll(".examples button, #compose button")].filter((e) => e.offsetHeight && e.offsetHeight < 44);
  if (width <= 760 && small.length) wrong.push(`${small.length} buttons are too low for a finger`);
  return wrong;
})"""
CUT = """(() => {
  const panel = document.getElementById("welcome"), end = document.getElementById("compose").getBoundingClientRect().top;
  if (panel.scrollHeight > panel.clientHeight + 1) return ["the welcome needs scrolling"];
  return [...panel.querySelectorAll("button")].filter((b) => b.getBoundingClientRect().bottom > end).map((b) => b.textContent);
})()"""
SEEN = """(() => {
  const list = [...document.querySelectorAll("#welcome .examples button")];
  return list.filter((b) => { const r = b.getBoundingClientRect(); return b.contains(document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2)); }).length;
})()"""
# Every notice of the page, one after the other, and which of its buttons, or the text box, cannot be reached.
OUT_OF_REACH = """(async () => {
  const { View } = await import("/view.js"), { FAULTS, REASONS, SILENCES } = await import("/wording.js");
  const failed = (error) => ({ kind: "failed", error: { message: "a message of forty or so characters", ...error } });
  const notices = [
    { kind: "full", capacity: 128 }, { kind: "lost", seconds: 30 }, { kind: "goingAway", seconds: 9 }, failed({}),
    ...Object.keys(REASONS).concat("server_draining", "other").map((reason) => ({ kind: "ended", reason })),
    ...Object.keys(FAULTS).map((kind) => failed({ kind })), ...Object.keys(SILENCES).map((name) => failed({ kind: "microphone", name })),
    ...Object.keys(SILENCES).map((name) => ({ kind: "noMicrophone", name })),
  ];
  const show = (notice) => View.prototype.notice.call({ deeds: {} }, notice), lost = [];
  for (const notice of notices) {
    show(notice);
    const talk = document.getElementById("talk").getBoundingClientRect();
    for (const e of document.querySelectorAll("#notice button:not([hidden]), #text, #compose button")) {
      const box = e.getBoundingClientRect(), hit = (x, y) => e.contains(document.elementFromPoint(x, y));
      const isInside = box.left >= talk.left && box.right <= talk.right && box.top >= talk.top && box.bottom <= talk.bottom;
      if (!isInside || !hit(box.x + box.width / 2, box.top + 2) || !hit(box.x + box.width / 2, box.bottom - 2))
        lost.push(`${notice.kind} ${notice.reason ?? notice.name ?? notice.error?.kind ?? ""}: ${e.id || e.textContent || "Send"}`);
    }
  }
  show(undefined);
  return lost;
})()"""
# Text whose contrast with what is behind it is below 4.5.
FAINT = """(() => {
  const parts = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = ([...color]) => color.slice(0, 3).map((v) => v / 255).map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (e) => { for (; e; e = e.parentElement) { const c = parts(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
  const ratio = (e, pseudo) => { const [a, b] = [light(parts(getComputedStyle(e, pseudo).color)), light(behind(e))]; return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05); };
  const texts = [...document.querySelectorAll("body *")].filter((e) => e.getClientRects().length && [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()));
  const all = [...texts.map((e) => [e.textContent.trim().slice(0, 30), ratio(e)]), ["the placeholder", ratio(document.getElementById("text"), "::placeholder")]];
  return all.filter(([, value]) => value < 4.5).map(([text, value]) => `${text} ${value.toFixed(2)}`);
})()"""
TEXT = "Math.max(...['transcript', 'welcome'].map((id) => document.getElementById(id).clientHeight))"


async def promises(tab):
    """The tests of the state, which need nothing of the page but its modules."""
    text = pathlib.Path(__file__).with_name("conversation_tests.mjs").read_text().split("if (globalThis.process")[0]
    modules = "{...await import('/conversation.js'), ...await import('/wording.js')}"
    return await tab.evaluate(f"(async () => {{ {text.replace('export ', '')}; return failures({modules}); }})()")


async def rows_shown(tab):
    """How many rows the transcript shows after days of talk, and whether the last is among them."""
    return await tab.evaluate("""(async () => {
      const { START, next } = await import("/conversation.js"), { Transcript, element } = await import("/transcript.js");
      const list = document.createElement("ol"), transcript = new Transcript(list, () => element("p", ""));
      let state = [{ type: "start", microphone: true }, { type: "connecting" }, { type: "live" }].reduce(next, START);
      for (let i = 0; i < 1000; i++) {
        state = next(state, { type: "server", event: { type: "session.output_transcript.done", text: `answer ${i}`, start_ms: i } });
        transcript.show(state.rows);
      }
      return [list.childElementCount, list.lastElementChild.innerText.includes("Answer 999")];
    })()""")


async def causes(tab):
    """Who stops it: nobody, who spoke just now, who spoke long ago, who typed."""
    return await tab.evaluate("""(async () => {
      const { Talk } = await import("/talk.js");
      const after = (deed) => { const talk = new Talk({}, () => {}, () => {}); deed(talk); return talk.cause(); };
      const speak = (ago) => (talk) => { for (let i = 0; i < 5; i++) talk.hear(i < 1 ? 0.0001 : 0.1, performance.now() - ago + i); };
      const type = (talk) => { talk.isSettled = true; talk.session = { send() {} }; talk.tell("stop"); };
      return [after(() => {}), after(speak(300)), after(speak(5000)), after(type)];
    })()""")


async def wrongs(tab, shoot, name, welcome=False):
    """What is wrong at each size, as lines."""
    lines = []
    for size, (width, height) in SIZES.items():
        await tab.look(width=width, height=height)
        await asyncio.sleep(0.3)
        wrong = await tab.evaluate(f"{WRONG}({width}, {height})")
        if welcome and size in ROOMY:
            wrong += [f"cut off: {what}" for what in await tab.evaluate(CUT)]
        if welcome and (seen := await tab.evaluate(SEEN)) < 2:
            wrong.append(f"{seen} examples can be reached without scrolling")
        pixels = await tab.evaluate(TEXT)
        if pixels < TEXT_PIXELS_MIN:
            wrong.append(f"the text has {pixels} pixels")
        lines += [f"{width} x {height}: {what}" for what in wrong]
        if size != "desktop":
            await shoot(tab, f"{name}-{size}")
    await tab.look()
    return lines


async def out_of_reach(tab):
    """Which buttons of a notice, and of the text box beside it, cannot be reached in small windows."""
    lines = []
    for width, height in NOTICE_SIZES:
        await tab.look(width=width, height=height)
        await asyncio.sleep(0.3)
        lines += [f"{width} x {height}: {what}" for what in await tab.evaluate(OUT_OF_REACH)]
    await tab.look()
    return lines


async def faint(tab):
    """Texts that are too faint to read, in the light and in the dark."""
    lines = []
    for dark in (False, True):
        await tab.look(dark=dark)
        await asyncio.sleep(0.4)
        lines += [f"{'dark' if dark else 'light'}: {what}" for what in await tab.evaluate(FAINT)]
    await tab.look()
    return lines


async def choose(tab, text):
    """Clicks on the last example of this text."""
    number = await tab.evaluate(
        f"[...document.querySelectorAll('.examples button')].findLastIndex((b) => b.textContent === {json.dumps(text)} && b.offsetParent)")
    await tab.evaluate(f"document.querySelectorAll('.examples button')[{number}].dataset.chosen = ''")
    await tab.click("[data-chosen]")
    await tab.evaluate("delete document.querySelector('[data-chosen]')?.dataset.chosen")
