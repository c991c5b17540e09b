// A client of the native protocol on a virtual clock, that can be cut off and come back.

import Audio
import Basics
import Foundation
import Simulation
import Switchboard
import Testing

@testable import Wire

/// Sends and hears 16-kHz PCM behind headers, and remembers what it got.
final class VirtualCaller {
    let worker: VirtualWorker
    private(set) var link: VirtualLink
    private(set) var id = "", token = ""
    private var sent: UInt32 = 0
    /// Of all connections.
    private(set) var headers: [AudioHeader] = [], events: [[String: Any]] = []
    /// The present connection's close.
    private(set) var code: UInt16?
    private let encoder = try! AudioEncoder(AudioFormat(codec: .pcm, rate: 16_000)!)
    /// What else its start says.
    static let form = #"{"type":"audio/pcm","rate":16000}"#

    init(_ worker: VirtualWorker, fields: String = "", remote: String = "virtual") throws {
        self.worker = worker
        link = try #require(worker.open(remote: remote))
        let audio = #"{"input":\#(Self.form),"output":\#(Self.form),"framing":"header"}"#
        send(#"{"type":"session.start","session":{"audio":\#(audio)\#(fields)}}"#)
        let session = try #require(next("session.started")?["session"] as? [String: Any])
        id = try #require(session["id"] as? String)
        token = (session["resume"] as? [String: Any])?["token"] as? String ?? ""
    }

    func send(_ text: String) { link.send(.text(text)) }

    /// Takes another connection. False where there is no such session.
    func comeBack(_ session: String? = nil, token shown: String? = nil, after: Int64? = nil) -> Bool {
        guard let link = worker.open(resuming: session ?? id) else { return false }
        (self.link, code) = (link, nil)
        let last = after.map { #","last_sequence":\#($0)"# } ?? ""
        send(#"{"type":"session.resume","id":"\#(id)","token":"\#(shown ?? token)"\#(last)}"#)
        return true
    }

    /// Seconds at a level; 0 is silence.
    func talk(_ seconds: Double, level: Float) throws {
        for _ in 0..<Int(seconds * 50) {
            for bytes in try encoder.encode([Float](repeating: level, count: 320)) {
                link.send(.binary(AudioHeader(codec: .pcm, sequence: sent, position: 0).message(bytes)))
                sent += 1
            }
            wait(milliseconds: 20)
        }
    }

    func wait(milliseconds: Int64) {
        worker.advance(to: worker.now.advanced(milliseconds: milliseconds))
        hear()
    }

    /// The latest event of a type.
    func next(_ type: String) -> [String: Any]? {
        hear()
        return events.last { $0["type"] as? String == type }
    }

    func hear() {
        for (message, _) in link.receive() {
            switch message {
            case .binary(let bytes): if let header = AudioHeader(bytes) { headers.append(header) }
            case .text(let text):
                let event = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
                events.append(event ?? [:])
            case .close(let closed, _): code = closed
            }
        }
    }
}

extension VirtualWorker {
    var held: Double { counts[.sessionsHeld, default: 0] }
    var active: Double { counts[.sessionsActive, default: 0] }
    /// Why sessions ended, in order.
    var ends: [String] {
        reports.compactMap { if case .closed(let reason, _) = $0.what { reason } else { nil } }
    }
}
