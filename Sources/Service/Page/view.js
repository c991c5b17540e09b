// Shows the state of the conversation. Makes no decisions and keeps no state of the conversation.

import { EXAMPLES } from "/examples.js";
import { isBusy, isSpeaking, median } from "/conversation.js";
import { Transcript, element } from "/transcript.js";
import { badge, capacity, label, microphoneLabel, notice } from "/wording.js";

const $ = (id) => document.getElementById(id);
const root = document.documentElement;
/** Lines kept for screen readers. */
const LINES_MAX = 20;

export class View {
  /** `deeds`: the actions of a notice's buttons, by name, and `ask(text)` for an example. */
  constructor(deeds) {
    this.deeds = deeds;
    this.transcript = new Transcript($("transcript"), () => this.examples());
    $("welcome").querySelector(".try").after(this.examples());
    $("notice").querySelector(".plain").onclick = () => deeds.dismiss();
  }

  /** Buttons that each send their own text. */
  examples() {
    const list = element("ul", "examples");
    for (const { say } of EXAMPLES) {
      const item = element("li", ""), button = element("button", "", say);
      button.title = "Type this";
      button.onclick = () => this.deeds.ask(say);
      item.append(button);
      list.append(item);
    }
    return list;
  }

  show(state, before) {
    this.phase(state);
    this.buttons(state);
    if (state.notice !== before?.notice) this.notice(state.notice);
    if (state.rows !== before?.rows) this.transcript.show(state.rows);
    $("welcome").hidden = state.rows.length > 0;
    $("transcript").hidden = state.rows.length === 0;
    this.figures(state);
    if (state.key !== before?.key) this.key(state.key);
    this.say(state, before);
  }

  phase(state) {
    const [text, tone] = badge(state);
    Object.assign(root.dataset, { state: state.phase, voice: state.voice, microphone: state.microphone });
    root.classList.toggle("busy", isBusy(state));
    root.classList.toggle("blank", !isBusy(state) && state.rows.length === 0);
    root.classList.toggle("measured", state.latencies.length > 0);
    $("connection").dataset.tone = tone;
    $("connection").lastElementChild.textContent = text;
    $("capacity").textContent = capacity(state);
    set($("state").firstElementChild, label(state));
    this.toggle(isBusy(state));
    if (isBusy(state)) return;
    for (const who of ["you", "duet"]) root.style.setProperty(`--${who}-level`, 0);
    $("state").lastElementChild.replaceChildren(element("kbd", "", "Space"));
  }

  /** The name is what the button does; its description is the state below it, unless that says the same. */
  toggle(isBusy) {
    set($("toggle").querySelector(".sr"), isBusy ? "Stop" : "Talk");
    if (isBusy) $("toggle").setAttribute("aria-describedby", "state");
    else $("toggle").removeAttribute("aria-describedby");
    set($("welcome").querySelector("h2"), isBusy ? "Speak English, or type." : "Press talk and speak English.");
  }

  buttons(state) {
    enable($("mute"), state.phase === "live");
    if (isBusy(state) && state.microphone === "off") $("mute").removeAttribute("aria-pressed");
    else $("mute").setAttribute("aria-pressed", String(state.microphone === "muted"));
    set($("mute").querySelector("span"), isBusy(state) ? microphoneLabel(state.microphone) : "Mute");
    enable($("interrupt"), isSpeaking(state));
  }

  notice(kind) {
    const box = $("notice");
    box.hidden = kind === undefined;
    root.classList.toggle("noticed", kind !== undefined);
    if (!kind) return;
    const { title, text, button, deed, second, isCalm } = notice(kind);
    const [primary, other] = box.querySelectorAll("button");
    box.classList.toggle("calm", Boolean(isCalm));
    box.querySelector("h2").textContent = title;
    box.querySelector("p").textContent = text;
    primary.hidden = !button;
    primary.textContent = button ?? "";
    primary.onclick = () => this.deeds[deed]();
    other.hidden = !second;
    other.textContent = second ?? "";
    other.onclick = () => this.deeds.type();
  }

  figures({ latencies, interruptions, phase }) {
    figure("latency", latencies.at(-1), "ms");
    figure("median", median(latencies), "ms");
    set($("interruptions"), phase === "live" || latencies.length > 0 ? String(interruptions) : "–");
  }

  /** A dialog for the key; a key is tried as soon as it is entered. */
  key(key) {
    if (!key) return $("unlock").close();
    $("unlock").querySelector("p").textContent = key === "wrong" ? "The server did not take this one." : "Whoever runs this server has one for you.";
    $("key").value = "";
    $("unlock").showModal();
  }

  /** For screen readers. */
  say(state, before) {
    if (state.line !== before?.line && state.line) this.log(state.line.text);
    if (state.notice !== before?.notice && state.notice) return;
    if (label(state) !== (before && label(before))) $("said").textContent = isSpeaking(state) ? "Duet speaks" : label(state);
  }

  /** Words have a region of their own, so that a change of the state does not replace them before they are read. */
  log(text) {
    const log = $("words");
    log.append(element("p", "", text));
    while (log.childElementCount > LINES_MAX) log.firstElementChild.remove();
  }
}

/** A button with `disabled` would lose the focus, and the next key would go to the page. */
function enable(button, isEnabled) {
  button.setAttribute("aria-disabled", String(!isEnabled));
}

function set(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Shows a number with its unit in smaller type. */
export function figure(id, value, unit) {
  const number = Number.isFinite(value) ? String(Math.round(value)) : "–", shown = `${number}${unit}`;
  if ($(id).dataset.shown === shown) return;
  $(id).dataset.shown = shown;
  $(id).textContent = number;
  if (number !== "–") $(id).append(element("small", "", unit));
}
