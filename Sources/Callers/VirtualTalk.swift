// A conversation with a model in this process, on a virtual clock.

public import Audio
internal import Basics
public import Dialogue
public import Families
public import Simulation
internal import Wire

/// The counterpart of `TalkSession` without a server: the same packets, protocol, codecs and engine. Nothing waits and computing
/// takes no virtual time, so a talk runs as fast as the machine allows and gives the same result every time.
public struct VirtualTalk {
    private let partner: any TalkPartner
    private let link: VirtualLink
    private let wire: any ClientWire
    /// The packet being spoken; it is sent once its last sample has been spoken.
    private var packet: [Float]?
    private(set) var isOver = false
    /// Why the server ended the session, if it did.
    public private(set) var broken: String?

    public init(_ link: VirtualLink, partner: any TalkPartner, format: AudioFormat) throws {
        (self.link, self.partner) = (link, partner)
        wire = try ClientWires.make(path: link.path, format: format)!
        for message in wire.opening() { link.send(message) }
    }

    /// Runs one conversation with a model. `prepare` may give the worker a mind.
    public static func run(
        _ model: any LoadedModel, limits: Limits = Limits(), partner: any TalkPartner, format: AudioFormat,
        prepare: (VirtualWorker) -> Void = { _ in }
    ) throws {
        let server = try VirtualWorker(loaded: model, slots: 1, limits: limits)
        prepare(server)
        var talks = [try VirtualTalk(server.open()!, partner: partner, format: format)]
        try run(&talks, on: server)
    }

    /// Runs all conversations, which begin together, until the last is over.
    public static func run(_ talks: inout [VirtualTalk], on server: VirtualWorker) throws {
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
        receive()
        guard !isOver else { return }
        let seconds = link.seconds
        packet = try partner.packet(AudioFormat.clientRate / 50, at: seconds)
        if let packet { return partner.sent(packet, at: seconds) }
        link.send(wire.closing())
        receive()
        isOver = true
    }

    private func send() throws {
        guard let packet, !isOver else { return }
        for message in try wire.encode(packet) { link.send(message) }
    }

    private mutating func receive() {
        for (message, seconds) in link.receive() {
            if case .close(let code, let reason) = message {
                isOver = true
                if code != 1000 { broken = "\(code) \(reason)" }
            }
            for received in wire.read(message, at: seconds) {
                switch received {
                case .audio(let pcm): partner.received(pcm, at: seconds)
                case .event(let event, let seconds): partner.text(event, at: seconds)
                }
            }
        }
    }
}
