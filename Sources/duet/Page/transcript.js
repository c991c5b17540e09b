// The conversation as text: turns of both sides, as they come.

import { clock } from "/timeline.js";

/** Rows of the list; nothing is kept that does not show. Positions are in milliseconds of the session. */
export class Transcript {
  constructor(list) {
    this.list = list;
    this.open = {};
  }

  clear() {
    this.list.replaceChildren();
    this.open = {};
  }

  get isEmpty() { return this.list.childElementCount === 0; }

  note(text) {
    this.close();
    this.append(element("li", "note", text));
  }

  /** Turns that got no end: their connection is gone. */
  close() {
    for (const turn of Object.values(this.open)) turn.row.classList.remove("open");
    this.open = {};
  }

  begin(who, at) {
    const row = element("li", `${who} open`), name = element("p", "who", who === "you" ? "You" : "Duet");
    const text = element("p", "text");
    row.append(element("time", "", clock(at / 1000)), name, text);
    this.append(row);
    return (this.open[who] = { row, name, text, pieces: [], at });
  }

  append(row) {
    // Whoever reads further up is left there.
    const { list } = this, isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
    list.append(row);
    if (isAtEnd) list.scrollTop = list.scrollHeight;
  }

  piece(who, { delta, start_ms }) {
    const turn = this.open[who] ?? this.begin(who, start_ms);
    turn.pieces.push({ delta, start_ms });
    turn.text.textContent = turn.pieces.map((piece) => piece.delta).join("").trim();
    if (this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 90) this.list.scrollTop = this.list.scrollHeight;
  }

  /** `playedMs`: up to where the answer was played, where it was broken off. */
  done(who, { text, start_ms, interrupted, heard }, playedMs) {
    const turn = this.open[who] ?? (text ? this.begin(who, start_ms) : undefined);
    if (!turn) return;
    delete this.open[who];
    turn.row.classList.remove("open");
    if (!text) return turn.row.remove();
    turn.text.textContent = text;
    if (!interrupted) return turn;
    turn.name.append(element("span", "tag bad", "interrupted"));
    this.cross(turn, text, heard ?? turn.pieces.filter((piece) => piece.start_ms < playedMs).map((piece) => piece.delta).join("").trim());
    return turn;
  }

  /** Strikes what was not heard any more. */
  cross(turn, text, heard) {
    const rest = text.startsWith(heard) ? text.slice(heard.length) : "";
    turn.text.replaceChildren(text.slice(0, text.length - rest.length), ...(rest ? [element("del", "", rest)] : []));
  }

  latency(milliseconds) {
    this.open.duet?.name.append(element("span", "tag", `after ${Math.round(milliseconds)} ms`));
  }
}

export function element(name, className, text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}
