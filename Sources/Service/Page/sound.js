// Microphone and loudspeaker: audio worklets, with Opus by WebCodecs if the browser has it, else 16-bit samples.

import { SessionError } from "/session.js";

/** Sample rate of both directions, in Hz. */
const RATE = 24000;
const OPUS_OUT = { codec: "opus", sampleRate: RATE, numberOfChannels: 1 };
const OPUS_IN = { ...OPUS_OUT, bitrate: 32000, opus: { frameDuration: 20000, application: "voip" } };

/** Why there is no microphone: `name` is that of the browser's error. */
export class MicrophoneError extends Error {
  constructor(name, message) {
    super(message);
    Object.assign(this, { name, kind: "microphone" });
  }
}

/** "opus" if the browser can encode and decode it, otherwise "pcm". `wanted` may force "pcm". */
export async function bestCodec(wanted) {
  if (wanted === "pcm" || !globalThis.AudioEncoder || !globalThis.AudioDecoder) return "pcm";
  try {
    const answers = await Promise.all([AudioEncoder.isConfigSupported(OPUS_IN), AudioDecoder.isConfigSupported(OPUS_OUT)]);
    return answers.every((answer) => answer.supported) ? "opus" : "pcm";
  } catch {
    return "pcm";
  }
}

export const formatOf = (codec) => ({ type: `audio/${codec}`, rate: RATE });

/**
 * Audio in and out. `on`: packet(bytes), heard({level, time}), played(report), onset(time), unplugged(), broken(error).
 * Times are on the clock of `performance.now()`.
 */
export class Sound {
  constructor(codec, on, tap) {
    Object.assign(this, { codec, on, tap, captured: 0, anchor: Infinity });
    this.context = new AudioContext({ latencyHint: "interactive" });
  }

  /** Browsers provide worklets over https and on localhost only: without them there is no audio. */
  get isSilent() { return this.context.audioWorklet === undefined; }

  /** `microphone`: whether to ask for it at once. Call from a click or key handler, or browsers block the audio. */
  async open(microphone) {
    const resumed = this.context.resume();
    if (microphone) await this.ask();
    if (this.isSilent) return;
    await this.context.audioWorklet.addModule("/worklets.js").catch(() => { throw new SessionError("unreachable", "The server does not answer."); });
    await resumed;
    this.playback = new AudioWorkletNode(this.context, "playback", {
      numberOfInputs: 0, outputChannelCount: [1], processorOptions: { tap: Boolean(this.tap) },
    });
    this.playback.port.onmessage = ({ data }) => this.play(data);
    this.playback.connect(this.context.destination);
    if (microphone) this.capture();
  }

  /** Adds the microphone later. */
  async listen() {
    await this.ask();
    this.capture();
  }

  async ask() {
    if (!navigator.mediaDevices?.getUserMedia) throw new MicrophoneError("InsecureError", "no microphone without https");
    const audio = { channelCount: 1, echoCancellation: true, noiseSuppression: false, autoGainControl: true };
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio });
    } catch (error) {
      throw new MicrophoneError(error.name, error.message);
    }
    this.release();
    this.stream = stream;
    // The page closed the sound while the browser asked.
    if (this.context.state === "closed") this.release();
  }

  capture() {
    const { context } = this, mono = { channelCount: 1, channelCountMode: "explicit" };
    this.silence();
    this.microphone = new AudioWorkletNode(context, "capture", { ...mono, numberOfOutputs: 0, processorOptions: { rate: RATE } });
    this.microphone.port.onmessage = ({ data }) => this.hear(data);
    this.source = context.createMediaStreamSource(this.stream);
    this.source.connect(this.microphone);
    this.stream.getAudioTracks()[0].onended = () => this.on.unplugged();
  }

  /** Disconnects the previous microphone before another is used. */
  silence() {
    this.source?.disconnect();
    if (this.microphone) this.microphone.port.onmessage = null;
  }

  /** New codecs for a new connection. */
  restart() {
    this.closeCodecs();
    if (this.codec !== "opus") return;
    const error = (problem) => this.on.broken(problem);
    this.encoder = new AudioEncoder({ error, output: (chunk) => this.pack(chunk) });
    this.encoder.configure(OPUS_IN);
    this.decoder = new AudioDecoder({ error, output: (data) => this.unpack(data) });
    this.decoder.configure(OPUS_OUT);
  }

  closeCodecs() {
    for (const codec of [this.encoder, this.decoder]) if (codec && codec.state !== "closed") codec.close();
    this.encoder = this.decoder = undefined;
  }

  /** Converts context time to `performance.now()`. Messages can only be late, so the smallest offset is the right one. */
  pageTime(time) {
    const late = performance.now() - 1000 * time;
    this.anchor = Math.min(this.anchor + 0.005, late);
    return 1000 * time + this.anchor;
  }

  // MARK: Microphone

  hear({ samples, level, time }) {
    this.on.heard({ level, time: this.pageTime(time) });
    if (this.codec === "pcm") return this.on.packet(sixteenBits(samples));
    if (this.encoder?.state !== "configured") return;
    const timestamp = Math.round((this.captured / RATE) * 1e6);
    const data = new AudioData({
      format: "f32-planar", sampleRate: RATE, numberOfFrames: samples.length, numberOfChannels: 1, timestamp, data: samples,
    });
    this.captured += samples.length;
    this.encoder.encode(data);
    data.close();
  }

  pack(chunk) {
    const bytes = new Uint8Array(chunk.byteLength);
    chunk.copyTo(bytes);
    this.on.packet(bytes);
  }

  mute(muted) {
    this.microphone?.port.postMessage({ muted });
  }

  // MARK: Loudspeaker

  /** `position`: of the first sample in the session, at 48 kHz. */
  receive(bytes, position) {
    if (this.codec === "pcm") return this.enqueue(fromSixteenBits(bytes), RATE, position);
    if (this.decoder?.state !== "configured") return;
    this.decoder.decode(new EncodedAudioChunk({ type: "key", timestamp: Math.round(position / 0.048), data: bytes }));
  }

  unpack(data) {
    const samples = new Float32Array(data.numberOfFrames);
    data.copyTo(samples, { planeIndex: 0, format: "f32-planar" });
    // Browsers decode Opus to 48 kHz, whatever rate was requested.
    this.enqueue(samples, data.sampleRate, data.timestamp * 0.048);
    data.close();
  }

  enqueue(samples, rate, position) {
    this.playback?.port.postMessage({ samples, rate, position }, [samples.buffer]);
  }

  /** Drops what has not been played. */
  flush() {
    if (this.decoder?.state === "configured") {
      this.decoder.reset();
      this.decoder.configure(OPUS_OUT);
    }
    this.playback?.port.postMessage({ flush: true });
  }

  /** Mutes playback until the next flush, or until called with false: speech that still arrives is obsolete. */
  hush(hush) {
    this.playback?.port.postMessage({ hush });
  }

  play(data) {
    if (data.tapped) return void this.tap.push({ samples: data.tapped, time: this.pageTime(data.time), rate: this.context.sampleRate });
    const time = this.pageTime(data.time) + 1000 * (this.context.outputLatency || this.context.baseLatency || 0);
    if (data.onset) this.on.onset(time);
    else this.on.played({ ...data, time });
  }

  async close() {
    this.closeCodecs();
    this.release();
    if (this.context.state !== "closed") await this.context.close();
  }

  /** Releases the microphone. */
  release() {
    for (const track of this.stream?.getTracks() ?? []) {
      track.onended = null;
      track.stop();
    }
  }
}

function sixteenBits(samples) {
  const view = new DataView(new ArrayBuffer(2 * samples.length));
  samples.forEach((x, i) => view.setInt16(2 * i, Math.round(32767 * Math.max(-1, Math.min(1, x))), true));
  return new Uint8Array(view.buffer);
}

function fromSixteenBits(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: bytes.byteLength >> 1 }, (_, i) => view.getInt16(2 * i, true) / 32768);
}
