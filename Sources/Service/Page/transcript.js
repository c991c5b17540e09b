// The conversation as text: a list of the state's rows, each with time, name and words.

import { clock } from "/timeline.js";
import { HELP, written } from "/wording.js";

const NAMES = { you: "You", duet: "Duet", help: "This page" };

export class Transcript {
  /** `examples`: creates the example buttons. */
  constructor(list, examples) {
    Object.assign(this, { list, examples, shown: new Map(), follows: true });
    // Do not scroll while the user reads further up.
    list.onscroll = () => { this.follows = list.scrollHeight - list.scrollTop - list.clientHeight < 90; };
    new ResizeObserver(() => this.follow()).observe(list);
  }

  /** `rows` come from conversation.js; rows that are the same object as before are not drawn again. */
  show(rows) {
    const kept = new Set(rows.map(({ id }) => id));
    for (const [id, { item }] of this.shown) {
      if (kept.has(id)) continue;
      item.remove();
      this.shown.delete(id);
    }
    for (const row of rows) this.update(row);
    this.follow();
  }

  follow() {
    if (this.follows) this.list.scrollTop = this.list.scrollHeight;
  }

  update(row) {
    const before = this.shown.get(row.id);
    if (before?.row === row) return;
    const item = row.who === "note" ? element("li", "note", row.text) : this.turn(row);
    if (before) before.item.replaceWith(item);
    else this.list.append(item);
    this.shown.set(row.id, { row, item });
  }

  turn(row) {
    const item = element("li", `${row.who}${row.isOpen ? " open" : ""}${row.isGuess ? " guess" : ""}`), name = element("p", "who", NAMES[row.who]);
    if (row.latency !== undefined) name.append(element("span", "tag", `after ${Math.round(row.latency)} ms`));
    if (row.isTyped) name.append(element("span", `tag${row.isUnsent ? " bad" : ""}`, row.isUnsent ? "not sent" : "typed"));
    if (row.stop) name.append(this.stopped(row.stop));
    item.append(element("time", "", row.at === undefined ? "" : clock(row.at / 1000)), name, this.text(row));
    if (row.who === "help") item.append(this.examples());
    return item;
  }

  stopped(by) {
    const tag = element("span", "tag bad", by === "user" ? "interrupted" : "broke off");
    tag.title = by === "user" ? "You stopped it: what is struck out was not played." : "It stopped by itself in the middle of its answer.";
    return tag;
  }

  /** Strikes out the text that was not played. */
  text({ who, text, heard, isTyped, isUnfinished }) {
    const made = element("p", "text", who === "help" ? HELP : isTyped ? text : written(text));
    if (isUnfinished) made.append(element("span", "tag", " (unfinished)"));
    if (heard === undefined || !text.startsWith(heard) || heard === text) return made;
    const words = made.textContent.split(" "), count = heard.trim() ? heard.trim().split(" ").length : 0;
    made.replaceChildren(words.slice(0, count).join(" ") + (count ? " " : ""), element("del", "", words.slice(count).join(" ")));
    return made;
  }
}

export function element(name, className, text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}
