// A simulated client: what it sends and when, with the troubles of real networks.

internal import Basics

/// Makes one caller's packets. All randomness comes from its own generator.
struct Caller {
    /// How a caller's network behaves.
    enum Network: Int, CaseIterable { case steady, jittery, stalling, hurried, bursty, flooding, mute }

    let voice: Float
    let network: Network
    private var random: Random
    private var loud = false
    private var segment = 0
    /// Packets so far.
    private var sent = 0
    /// When the next packet leaves, in milliseconds since the caller opened.
    private(set) var next: Int64

    /// Samples in a packet of 20 ms.
    let packetSamples: Int

    init(voice: Float, clock: SliceClock, seed: UInt64) {
        self.voice = voice
        packetSamples = clock.samples(milliseconds: 20)
        random = Random(seed: seed)
        network = Network.allCases[random.below(Network.allCases.count)]
        next = Int64(random.below(30))
    }

    /// The next 20 ms of microphone, and when they arrive, in milliseconds since opening.
    mutating func packet() -> (samples: [Float], arrival: Int64) {
        if segment == 0 {
            loud.toggle()
            segment = loud ? 5 + random.below(60) : 10 + random.below(120)
        }
        segment -= 1
        sent += 1
        let samples = [Float](repeating: loud ? voice : 0, count: packetSamples)
        let arrival = next + (network == .jittery ? Int64(random.below(25)) : 0)
        switch network {
        case .hurried: next += 18
        // A second of audio at once, every second.
        case .bursty: next += sent % 50 == 0 ? 1000 : 0
        // One second in four at ten times its pace.
        case .flooding: next += sent / 50 % 4 == 0 ? 2 : 20
        case .stalling where random.below(80) == 0: next += 20 + Int64(random.below(600))
        default: next += 20
        }
        return (samples, arrival)
    }
}
