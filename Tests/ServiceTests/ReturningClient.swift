// A client of the native protocol that can be cut off and come back.

import Audio
import Foundation
import Testing

@testable import Sockets
@testable import Wire
@testable import Callers
@testable import Service

/// Sends and hears 16-kHz PCM behind headers, and remembers what it got.
final class ReturningClient {
    private let url: String
    private(set) var socket: WebSocketClient?
    private(set) var id = "", token = ""
    private var sent: UInt32 = 0
    /// The last audio message, and events, of all connections.
    private(set) var last: AudioHeader?
    private(set) var events: [[String: Any]] = []
    /// 16-kHz samples that came since the last connection was made.
    private(set) var heard: [Float] = []
    private(set) var code: UInt16?
    private let decoder = try! AudioDecoder(AudioFormat(codec: .pcm, rate: 16_000)!)
    private let encoder = try! AudioEncoder(AudioFormat(codec: .pcm, rate: 16_000)!)

    init(_ url: String, fields: String = "") throws {
        self.url = url
        socket = try WebSocketClient(url)
        let form = #"{"type":"audio/pcm","rate":16000}"#
        try socket?.send(
            text:
                #"{"type":"session.start","session":{"audio":{"input":\#(form),"output":\#(form),"framing":"header"}\#(fields)}}"#
        )
        let session = try #require(next("session.started")?["session"] as? [String: Any])
        id = try #require(session["id"] as? String)
        token = (session["resume"] as? [String: Any])?["token"] as? String ?? ""
    }

    /// As when the network goes: no closing handshake.
    func cutOff() { socket = nil }

    /// The connection that was goes unless it is kept; so does what was heard on it.
    func comeBack(token shown: String? = nil, after: Int64? = nil) throws {
        // Who has the token shows it at the door; another is asked for it behind the originPolicy.
        socket = try WebSocketClient(url + "?resume=\(id)" + (shown == nil ? "&token=\(token)" : ""))
        (heard, code) = ([], nil)
        let last = after.map { #","last_sequence":\#($0)"# } ?? ""
        try socket?.send(text: #"{"type":"session.resume","id":"\#(id)","token":"\#(shown ?? token)"\#(last)}"#)
    }

    func send(text: String) throws { try socket?.send(text: text) }

    func speak(_ samples: [Float]) throws {
        for bytes in try encoder.encode(samples) {
            let header = AudioHeader(codec: .pcm, sequence: sent, position: 0)
            try socket?.send(binary: header.message(bytes))
            sent += 1
        }
    }

    /// Talks in real time and listens meanwhile.
    func talk(_ samples: [Float]) throws {
        try converse(socket!, samples, send: speak) { message, _ in _ = take(message) }
    }

    /// The next event of a type. Nil where none comes within two seconds or the connection is closed.
    func next(_ type: String) throws -> [String: Any]? {
        let end = Date().addingTimeInterval(2)
        while code == nil, end.timeIntervalSinceNow > 0,
            let message = try socket?.receive(timeout: end.timeIntervalSinceNow)
        {
            if let event = take(message), event["type"] as? String == type { return event }
        }
        return nil
    }

    /// The next audio message.
    func hear() throws -> AudioHeader? {
        while let message = try socket?.receive(timeout: 2) {
            _ = take(message)
            if case .binary = message { return last }
        }
        return nil
    }

    /// Reads until the connection is closed.
    func ending() throws -> UInt16? {
        _ = try next("nothing")
        return code
    }

    private func take(_ message: WireMessage) -> [String: Any]? {
        switch message {
        case .binary(let bytes):
            last = AudioHeader(bytes)
            heard += decoder.decode(Array(bytes.dropFirst(AudioHeader.size))) ?? []
            return nil
        case .text(let text):
            let event = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
            if let event { events.append(event) }
            return event
        case .close(let closed, _):
            code = closed
            return nil
        }
    }
}

extension FakeService {
    /// Waits up to three seconds for it.
    func becomes(_ metric: String, _ value: Double) -> Bool {
        for _ in 0..<150 where self.metric(metric) != value { usleep(20_000) }
        return self.metric(metric) == value
    }

    /// The status of a refused upgrade; nil where there is none.
    func refusal(_ url: String) -> Int? {
        do {
            _ = try WebSocketClient(url)
            return nil
        } catch WebSocketError.refused(let status, _, _) { return status } catch { return 0 }
    }
}
