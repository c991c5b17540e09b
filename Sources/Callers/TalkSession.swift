// A client's real-time conversation: sends a partner's packets at their own pace and passes on what comes back.

public import Audio
internal import Basics
internal import Foundation
internal import Glibc
internal import Synchronization
internal import Wire

/// Runs a partner's conversation with a server.
public final class TalkSession: @unchecked Sendable {
    /// A source more than 200 ms late is considered paused, and its missed time is skipped.
    private static let lateSamplesMax = AudioFormat.clientRate / 5

    private let client: WebSocketClient
    private let partner: any TalkPartner
    /// Two threads use separate halves of it: one encodes, the other decodes.
    private let wire: any ClientWire
    private let started: Instant
    /// Code and reason of the server's close.
    private let ending = Mutex<(code: UInt16, reason: String)?>(nil)

    /// The URL's path selects the protocol; `format` applies where the protocol allows a choice. `key` is the server's key.
    public init(url: String, key: String? = nil, partner: any TalkPartner, format: AudioFormat) throws {
        self.partner = partner
        let path = URLComponents(string: url)?.path ?? ""
        guard let wire = try ClientWires.make(path: path, format: format) else { throw WebSocketError.badURL(url) }
        self.wire = wire
        client = try WebSocketClient(url, key: key)
        for message in wire.opening() { try Self.send(message, client) }
        while true {
            guard let answer = try client.receive(), case let received = wire.read(answer, at: 0) else {
                throw WebSocketError.broken("the server did not start the session")
            }
            if case .close(let code, let reason) = answer {
                throw WebSocketError.broken("the server closed it with \(code) \(reason)")
            }
            for case .event(let event, _) in received { partner.text(event, at: 0) }
            if wire.begins(answer) { break }
        }
        started = MonotonicClock.now()
    }

    private static func send(_ message: WireMessage, _ client: WebSocketClient) throws {
        switch message {
        case .text(let text): try client.send(text: text)
        case .binary(let bytes): try client.send(binary: bytes)
        case .close(let code, _): try client.close(code: code)
        }
    }

    /// Why the server ended the session, if its code is not 1000.
    public var broken: String? { ending.withLock { $0 }.flatMap { $0.code == 1000 ? nil : "\($0.code) \($0.reason)" } }

    /// Talks until the partner has nothing more to say and the session is closed.
    public func run() throws {
        let sender = Thread { [self] in
            do { try send() } catch {
                // Errors after the server's close do not matter.
                guard ending.withLock({ $0 == nil }) else { return }
                partner.text("{\"type\":\"client.error\",\"message\":\"\(error)\"}", at: elapsed)
            }
        }
        sender.start()
        try receive()
    }

    private var elapsed: Double { Double(MonotonicClock.now().since(started)) * 1e-9 }

    private func send() throws {
        let packet = AudioFormat.clientRate / 50, rate = Double(AudioFormat.clientRate)
        var position = 0
        while ending.withLock({ $0 == nil }), let samples = try partner.packet(packet, at: Double(position) / rate) {
            // Send the packet when its last sample has been spoken.
            let now = Int(elapsed * rate) - packet
            if now - position > Self.lateSamplesMax { position = now }
            let wait = Double(position + packet) / rate - elapsed
            if wait > 0 { usleep(UInt32(wait * 1e6)) }
            for message in try wire.encode(samples) { try Self.send(message, client) }
            partner.sent(samples, at: Double(position) / rate)
            position += packet
        }
        try Self.send(wire.closing(), client)
    }

    private func receive() throws {
        while let message = try client.receive(timeout: 15) {
            if case .close(let code, let reason) = message {
                ending.withLock { $0 = (code, reason) }
                return
            }
            for received in wire.read(message, at: elapsed) {
                switch received {
                case .audio(let pcm): partner.received(pcm, at: elapsed)
                case .event(let event, let seconds): partner.text(event, at: seconds)
                }
            }
        }
        throw WebSocketError.broken("nothing came for 15 s")
    }
}
