// A client of the native protocol, `/v1/duplex`: one session over as many connections as it takes.

/** Header bytes before the audio of every binary message, if the server supports them. */
const HEADER = 16, AUDIO = 1, CODECS = { pcm: 0, opus: 1 }, DISCONTINUITY = 1;
/** Samples per millisecond of session positions. */
export const PER_MS = 48;
const CONNECT_MS = 8000, SILENT_MS = 4000, CLOCK_MS = 5000, ACK_MS = 500;

/**
 * Why a session could not begin or go on: `kind` is a status of /health ("full", "draining", "stuck" or "no_descriptors"), or
 * "unreachable", "locked", "lost" or "refused".
 */
export class SessionError extends Error {
  constructor(kind, message, health) {
    super(message);
    Object.assign(this, { kind, health });
  }
}

/** The server's health, or undefined if it does not answer. */
export async function health() {
  try {
    // Unlike /readyz, /health reports a full server with 200. A draining server answers 503.
    const response = await fetch("/health", { cache: "no-store", signal: AbortSignal.timeout(3000) });
    const state = await response.json();
    return typeof state.status === "string" ? state : undefined;
  } catch {
    return undefined;
  }
}

/**
 * `key`: the server's key, or undefined if it needs none.
 * `on`: event(message), audio(bytes, position), flush(), lost({wasClosed: whether the server ended the session}).
 * `lost` is called once when the connection breaks during a session; answer it with `resume` or a new session.
 */
export class Session {
  constructor(codec, format, key, on) {
    Object.assign(this, { codec, format, key, on });
    this.reset();
  }

  reset() {
    Object.assign(this, {
      id: undefined, token: undefined, resumeSeconds: 0, framing: "raw", sliceMs: 80, started: 0,
      sent: 0, sentSequence: 0, lastSequence: -1, received: 0, epoch: 0, roundTripMs: undefined,
    });
  }

  get isOpen() { return this.socket?.readyState === WebSocket.OPEN; }
  /** Whether the server supports acknowledgements, clocks and resumption. */
  get supportsExtensions() { return this.framing === "header" || this.token !== undefined; }

  // MARK: Connections

  /** `mind`: `instructions`, `tools` and `tool_choice` for a server with a text model. */
  async start(mind = {}) {
    this.reset();
    const audio = { input: this.format, output: this.format, framing: "header" };
    const first = { type: "session.start", session: { audio, decisions: true, ...mind } };
    const { session } = await this.connect("", first, "session.started");
    Object.assign(this, { id: session.id, framing: session.framing ?? "raw", sliceMs: session.slice_ms ?? 80 });
    this.remember(session);
    this.started = performance.now();
    return session;
  }

  /** Resumes the session on a new connection; throws if the server no longer holds it. */
  async resume() {
    const first = { type: "session.resume", id: this.id, token: this.token };
    if (this.lastSequence >= 0) first.last_sequence = this.lastSequence;
    const answer = await this.connect(`?resume=${encodeURIComponent(this.id)}&token=${this.token}`, first, "session.resumed");
    this.remember(answer.session ?? {});
    // The next audio message tells the current epoch: audio flushed earlier cannot arrive on a new connection.
    this.epoch = undefined;
    // The session's time went on meanwhile.
    this.sent = Math.max(this.sent, (answer.at_ms ?? 0) * PER_MS);
    return answer;
  }

  remember({ resume }) {
    if (resume) Object.assign(this, { token: resume.token, resumeSeconds: resume.seconds });
  }

  /** Opens a connection, sends `first` and waits for the event `answer`. */
  connect(query, first, answer) {
    this.drop();
    const url = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/v1/duplex${query}`;
    // Browsers can send the key in no other header.
    const protocols = ["duet.v1", ...(this.key ? [`openai-insecure-api-key.${this.key}`] : [])];
    const socket = (this.socket = new WebSocket(url, protocols));
    socket.binaryType = "arraybuffer";
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => socket.close(), CONNECT_MS);
      const settle = (deed) => (value) => { clearTimeout(timer); deed(value); };
      let refusal, wasOpen = false;
      socket.onopen = () => { wasOpen = true; socket.send(JSON.stringify(first)); };
      socket.onclose = ({ code }) => settle(reject)(refusal ?? { code, wasOpen });
      socket.onmessage = ({ data }) => {
        if (typeof data !== "string") return;
        const event = JSON.parse(data);
        if (event.type === "error") refusal = new SessionError("refused", event.error?.message ?? "", event.error);
        if (event.type !== answer) return;
        this.listen(socket);
        settle(resolve)(event);
      };
    }).catch(async (error) => { throw error instanceof SessionError ? error : await this.reason(error); });
  }

  /** Browsers do not report why an upgrade was refused, so ask /health. */
  async reason({ code, wasOpen }) {
    const state = await health();
    if (!state) return new SessionError("unreachable", "The server does not answer.");
    if (state.status !== "ok") return new SessionError(state.status, `The server is ${state.status}.`, state);
    if (!wasOpen && this.token === undefined) return new SessionError("locked", "The server asks for a key.", state);
    return new SessionError("lost", `The connection was closed (${code}).`, state);
  }

  listen(socket) {
    this.heardAt = performance.now();
    socket.onmessage = ({ data }) => {
      this.heardAt = performance.now();
      if (typeof data === "string") this.receiveEvent(JSON.parse(data));
      else this.receiveAudio(new Uint8Array(data));
    };
    socket.onclose = () => this.lose();
    clearInterval(this.timer);
    this.timer = setInterval(() => this.tick(), ACK_MS);
    this.clockAt = 0;
  }

  /** The server sends a slice every 80 ms, so a connection that is silent for seconds is dead. */
  tick() {
    const now = performance.now();
    if (now - this.heardAt > SILENT_MS) return this.lose();
    if (!this.supportsExtensions) return;
    if (this.played > 0) this.send({ type: "session.playback.ack", played_ms: Math.round(this.played / PER_MS) });
    if (now - this.clockAt < CLOCK_MS) return;
    this.clockAt = now;
    this.send({ type: "session.clock", client_ms: Math.round(now) });
  }

  lose() {
    const wasClosed = this.wasClosed;
    this.drop();
    this.on.lost({ wasClosed });
  }

  /** Drops the connection without a close. */
  drop() {
    clearInterval(this.timer);
    const socket = this.socket;
    this.socket = undefined;
    this.wasClosed = false;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  // MARK: Receiving

  receiveEvent(event) {
    if (event.type === "session.clock") this.roundTripMs = performance.now() - event.client_ms;
    if (event.type === "session.flush") this.epoch = event.epoch & 255;
    if (event.type === "session.closed") this.wasClosed = true;
    // Positions go on after skipped time, which was neither heard nor answered.
    if (event.type === "info" && event.code === "overload") this.received += (event.dropped_ms ?? 0) * PER_MS;
    const isFlush = event.type === "session.flush" || (event.type === "session.interrupted" && this.framing === "raw");
    if (isFlush) this.on.flush();
    this.on.event(event);
  }

  receiveAudio(message) {
    if (this.framing !== "header") {
      this.on.audio(message, this.received);
      this.received += this.sliceMs * PER_MS;
      return;
    }
    const view = new DataView(message.buffer, message.byteOffset);
    if (message.byteLength < HEADER || view.getUint8(0) !== AUDIO) return;
    this.lastSequence = view.getUint32(4, true);
    this.epoch ??= view.getUint8(3);
    if (view.getUint8(3) !== this.epoch) return;
    this.received = Number(view.getBigUint64(8, true));
    this.on.audio(message.subarray(HEADER), this.received);
  }

  // MARK: Sending

  send(event) {
    if (this.isOpen) this.socket.send(JSON.stringify(event));
  }

  /** Sends 20 ms of microphone audio, or drops it if the connection is backed up: late audio is useless. */
  sendAudio(bytes) {
    const position = this.sent;
    this.sent += 20 * PER_MS;
    if (!this.isOpen || this.socket.bufferedAmount > 16000) return void (this.hasGap = true);
    this.socket.send(this.framing === "header" ? this.framed(bytes, position) : bytes);
    this.hasGap = false;
  }

  framed(bytes, position) {
    const message = new Uint8Array(HEADER + bytes.length), view = new DataView(message.buffer);
    view.setUint8(0, AUDIO);
    view.setUint8(1, CODECS[this.codec]);
    view.setUint8(2, this.hasGap ? DISCONTINUITY : 0);
    view.setUint32(4, this.sentSequence++, true);
    view.setBigUint64(8, BigInt(Math.round(position)), true);
    message.set(bytes, HEADER);
    return message;
  }

  interrupt() { this.send({ type: "session.interrupt" }); }

  /** Ends the session; the server closes the connection in its own time. */
  close() {
    this.send({ type: "session.close" });
    const socket = this.socket;
    this.socket = undefined;
    clearInterval(this.timer);
    if (!socket) return;
    socket.onmessage = socket.onclose = null;
    setTimeout(() => socket.close(), 500);
  }
}
