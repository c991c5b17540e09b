// One real-time conversation of a client: sends a partner's packets at their own pace, gives it what comes back.

internal import Basics
internal import Foundation
internal import Glibc
internal import Sockets
internal import Synchronization
internal import Wire

/// Holds a partner's conversation with a server.
final class TalkSession: @unchecked Sendable {
    /// A source that is later than this, 200 ms, has paused; its time goes on.
    private static let lateSamplesMax = SampleTime.rate / 5

    private let client: WebSocketClient
    private let partner: any TalkPartner
    private let format: AudioFormat
    private let started: Instant
    /// Code and reason of the server's close.
    private let ending = Mutex<(code: UInt16, reason: String)?>(nil)

    init(url: String, partner: any TalkPartner, format: AudioFormat) throws {
        self.partner = partner
        self.format = format
        client = try WebSocketClient(url)
        try client.send(text: Self.start(format))
        guard case .text(let answer)? = try client.receive(), answer.contains("session.started") else {
            throw WebSocketError.broken("the server did not start the session")
        }
        partner.text(answer, at: 0)
        started = MonotonicClock.now()
    }

    /// The message that starts a session with `format` both ways.
    static func start(_ format: AudioFormat) -> String {
        let audio = "{\"type\":\"\(format.codec.rawValue)\",\"rate\":\(format.rate)}"
        return "{\"type\":\"session.start\",\"session\":{\"audio\":{\"input\":\(audio),\"output\":\(audio)}}}"
    }

    static let close = "{\"type\":\"session.close\"}"

    /// How the session ended, if the server ended it before it was asked to.
    var broken: String? { ending.withLock { $0 }.flatMap { $0.code == 1000 ? nil : "\($0.code) \($0.reason)" } }

    /// Talks until the partner has nothing more to say and the session is closed.
    func run() throws {
        let sender = Thread { [self] in
            do { try send() } catch {
                // After the server's close there is nobody to send to.
                guard ending.withLock({ $0 == nil }) else { return }
                partner.text("{\"type\":\"client.error\",\"message\":\"\(error)\"}", at: elapsed)
            }
        }
        sender.start()
        try receive()
    }

    private var elapsed: Double { Double(MonotonicClock.now().since(started)) * 1e-9 }

    private func send() throws {
        let encoder = try AudioEncoder(format)
        let packet = SampleTime.rate / 50, rate = Double(SampleTime.rate)
        var position = 0
        while ending.withLock({ $0 == nil }), let samples = try partner.packet(packet, at: Double(position) / rate) {
            // The packet is sent when its last sample has been "spoken".
            let now = Int(elapsed * rate) - packet
            if now - position > Self.lateSamplesMax { position = now }
            let wait = Double(position + packet) / rate - elapsed
            if wait > 0 { usleep(UInt32(wait * 1e6)) }
            for message in try encoder.encode(samples) { try client.send(binary: message) }
            partner.sent(samples, at: Double(position) / rate)
            position += packet
        }
        try client.send(text: Self.close)
    }

    private func receive() throws {
        let decoder = try AudioDecoder(format)
        while let message = try client.receive(timeout: 15) {
            switch message {
            case .binary(let bytes): if let pcm = decoder.decode(bytes) { partner.heard(pcm, at: elapsed) }
            case .text(let text): partner.text(text, at: elapsed)
            case .close(let code, let reason):
                ending.withLock { $0 = (code, reason) }
                return
            }
        }
        throw WebSocketError.broken("nothing came for 15 s")
    }
}
