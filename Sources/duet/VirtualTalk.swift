// A conversation with a model in this process, on a clock that only counts.

internal import Basics
internal import Families
internal import Wire

/// What `TalkSession` is with a server: the same packets, protocol, codecs and engine, from samples to samples. Nothing waits and
/// work takes no time, so that a talk is as fast as the machine allows and the same every time.
struct VirtualTalk {
    private let partner: any TalkPartner
    private let session: VirtualSession
    private let encoder: AudioEncoder
    private let decoder: AudioDecoder
    /// What is being said; it is sent when its last sample has been spoken.
    private var packet: [Float]?
    private(set) var isOver = false
    /// How the session ended, if the server ended it.
    private(set) var broken: String?

    init(_ session: VirtualSession, partner: any TalkPartner, format: AudioFormat) throws {
        (self.session, self.partner) = (session, partner)
        encoder = try AudioEncoder(format)
        decoder = try AudioDecoder(format)
        session.send(text: TalkSession.start(format))
    }

    /// Holds one conversation with a model.
    static func run(_ model: any LoadedModel, partner: any TalkPartner, format: AudioFormat) throws {
        let server = try VirtualServer(model: model, slots: 1)
        var talks = [try VirtualTalk(server.open()!, partner: partner, format: format)]
        try run(&talks, on: server)
    }

    /// Holds all conversations, which begin together, until the last is over.
    static func run(_ talks: inout [VirtualTalk], on server: VirtualServer) throws {
        let start = server.now
        var packets = 0
        while talks.contains(where: { !$0.isOver }) {
            for i in talks.indices { try talks[i].speak() }
            packets += 1
            server.advance(to: start.advanced(milliseconds: Int64(packets) * 20))
            for i in talks.indices { try talks[i].send() }
        }
    }

    private mutating func speak() throws {
        guard !isOver else { return }
        hear()
        guard !isOver else { return }
        let seconds = session.seconds
        packet = try partner.packet(SampleTime.rate / 50, at: seconds)
        if let packet { return partner.sent(packet, at: seconds) }
        session.send(text: TalkSession.close)
        hear()
        isOver = true
    }

    private func send() throws {
        guard let packet, !isOver else { return }
        for message in try encoder.encode(packet) { session.send(binary: message) }
    }

    private mutating func hear() {
        for (message, seconds) in session.receive() {
            switch message {
            case .text(let text): partner.text(text, at: seconds)
            case .binary(let bytes): if let pcm = decoder.decode(bytes) { partner.heard(pcm, at: seconds) }
            case .close(let code, let reason):
                isOver = true
                if code != 1000 { broken = "\(code) \(reason)" }
            }
        }
    }
}
