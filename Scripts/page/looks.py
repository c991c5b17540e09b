"""How the page looks at the sizes that people have, and whether its state keeps its promises in this browser."""

import asyncio
import json
import pathlib

SIZES = {"desktop": (1200, 800), "phone": (390, 844), "side": (844, 390), "narrow": (320, 640)}
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
  return wrong;
})"""
CUT = """(() => {
  const panel = document.getElementById("welcome"), end = document.getElementById("compose").getBoundingClientRect().top;
  if (panel.scrollHeight > panel.clientHeight + 1) return ["the welcome needs scrolling"];
  return [...panel.querySelectorAll("button")].filter((b) => b.getBoundingClientRect().bottom > end).map((b) => b.textContent);
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
        # The welcome must fit without scrolling, except on a narrow phone.
        if welcome and size != "narrow":
            wrong += [f"cut off: {what}" for what in await tab.evaluate(CUT)]
        pixels = await tab.evaluate(TEXT)
        if pixels < TEXT_PIXELS_MIN:
            wrong.append(f"the text has {pixels} pixels")
        lines += [f"{width} x {height}: {what}" for what in wrong]
        if size != "desktop":
            await shoot(tab, f"{name}-{size}")
    await tab.look()
    return lines


async def choose(tab, text):
    """Clicks on the last example of this text."""
    number = await tab.evaluate(
        f"[...document.querySelectorAll('.examples button')].findLastIndex((b) => b.textContent === {json.dumps(text)} && b.offsetParent)")
    await tab.evaluate(f"document.querySelectorAll('.examples button')[{number}].dataset.chosen = ''")
    await tab.click("[data-chosen]")
    await tab.evaluate("delete document.querySelector('[data-chosen]')?.dataset.chosen")
