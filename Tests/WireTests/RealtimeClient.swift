// A Realtime client of the tests: sends events, reads what it is sent.

import Basics
import Foundation

@testable import Wire

/// One connection, without the sockets.
final class RealtimeClient {
    let wire = RealtimeProtocol(.standard, chance: 1)
    /// What the engine was asked for so far.
    private(set) var asked: [ClientAction] = []
    private var told: [[String: Any]] = []
    /// What was passed on to the engine, in samples, and what waits: the engine takes a slice at a time, as it sounds.
    private(set) var heard = 0
    private var backlog = InputBacklog(secondsMax: 30, clock: .standard)
    private var ahead = 0

    init(query: String = "model=m", beta: Bool = false, session: String? = nil, mind: Bool = false) {
        var request = UpgradeRequest(
            path: "/v1/realtime", query: query, headers: beta ? ["openai-beta": "realtime=v1"] : [:])
        (request.session, request.arrived, request.hasMind) = (session, 1_800_000_000, mind)
        take(wire.opened(request))
        encode(.started(id: "duet_1", model: "mini"))
    }

    /// Events since the last call.
    func events() -> [[String: Any]] {
        defer { told = [] }
        return told
    }

    /// Their types.
    func types() -> [String] { events().compactMap { $0["type"] as? String } }

    /// What the engine was asked for since the last call, without audio.
    func actions() -> [ClientAction] {
        defer { asked = [] }
        return asked.filter { !$0.isAudio }
    }

    func send(_ text: String) { take(wire.received(text: text)) }

    /// Milliseconds of a constant, at 24 kHz.
    func speak(_ milliseconds: Int, level: Int16 = 8000) {
        let bytes = [UInt8(truncatingIfNeeded: level), UInt8(truncatingIfNeeded: level >> 8)]
        let audio = (0..<milliseconds * 24).flatMap { _ in bytes }
        send(#"{"type":"input_audio_buffer.append","audio":"\#(Base64.encode(audio))"}"#)
    }

    func encode(_ events: ServerEvent...) {
        for event in events { for message in wire.encode(event) { read(message) } }
    }

    /// Slices of silence or sound from the engine.
    func pass(_ slices: Int = 1, level: Float = 0) {
        for _ in 0..<slices {
            encode(.audio(Array(repeating: level, count: 1280)))
            ahead = max(0, ahead - 1280)
            feed(backlog.advance(ahead: ahead))
            take(wire.advanced())
        }
    }

    /// The user says words; with `end` the turn is over.
    func user(_ words: String..., at start: Int64 = 1000, end: Bool = true) {
        for (i, word) in words.enumerated() {
            encode(.userText(" " + word, start: start + Int64(i) * 160, end: start + Int64(i) * 160 + 80))
        }
        if end { encode(.userDone(words.joined(separator: " "), start: start, end: start + 800)) }
    }

    /// The assistant says words, a slice each, to the end.
    func answer(_ words: String..., end: Bool = true) {
        encode(.assistantText(" " + words[0], start: 2000, end: 2080), .speaking(at: 2000))
        pass(level: 0.5)
        for word in words.dropFirst() {
            encode(.assistantText(" " + word, start: 2080, end: 2160))
            pass(level: 0.5)
        }
        guard end else { return }
        encode(.assistantDone(words.joined(separator: " "), interrupted: false, start: 2000, end: 2400))
        encode(.listening(at: 2400))
        pass()
    }

    private func take(_ actions: [ClientAction]) {
        for action in actions {
            switch action {
            case .reply(let message), .refuse(let message): read(message)
            case .forget: backlog.clear()
            case .audio(let samples):
                asked.append(action)
                feed(backlog.append(samples, ahead: ahead, room: 5120 - ahead).released)
            default: asked.append(action)
            }
        }
    }

    private func feed(_ samples: [Float]) {
        heard += samples.count
        ahead += samples.count
        wire.passedOn(samples, waiting: backlog.count)
    }

    private func read(_ message: WireMessage) {
        guard case .text(let text) = message,
            let event = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        else { return }
        told.append(event)
    }
}

extension ClientAction {
    /// What the client is sent at once.
    var reply: WireMessage? {
        switch self {
        case .reply(let message), .refuse(let message): message
        default: nil
        }
    }
}

/// What stands in an event at a path of keys and places.
func field<T>(_ event: [String: Any]?, _ path: String, as: T.Type = T.self) -> T? {
    var value: Any? = event
    for key in path.split(separator: ".") {
        value =
            Int(key).map { i in (value as? [Any]).flatMap { i < $0.count ? $0[i] : nil } }
            ?? (value as? [String: Any])?[String(key)]
    }
    return value as? T
}

/// The first error among the events since the last call.
func error(_ client: RealtimeClient) -> (code: String?, param: String?, event: String?) {
    let event = client.events().first { $0["type"] as? String == "error" }
    return (field(event, "error.code"), field(event, "error.param"), field(event, "error.event_id"))
}
