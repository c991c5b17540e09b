// The speech of a load's clients: encoded and framed once for all of them.

public import Audio
internal import Basics
internal import Evaluation
internal import Wire

/// Clips with a pause after each, as websocket frames with one 20-ms Opus packet each, to be sent in turn.
public struct ClipLoop: Sendable {
    public static let format = AudioFormat(codec: .opus, rate: 24_000)!
    public static let packetSeconds = 0.02

    /// Amplitude of added white noise, -71 dBFS: real microphones are never silent, and decoding cost depends on it.
    private static let floor: Float = 0.0005

    /// Frames of each clip, and the time of its last loud sample in seconds.
    private let clips: [(packets: [[UInt8]], end: Double)]

    /// 16-kHz clips, each followed by `pause` seconds of silence.
    public init(_ clips: [[Float]], pause: Double = 4) throws {
        var random = Random(seed: 1)
        self.clips = try clips.map { clip in
            let encoder = try AudioEncoder(Self.format)
            let silence = Int(pause * Double(Recording.rate))
            let whole = Recording.rate / 50
            let padded = clip + Array(repeating: 0, count: silence + (whole - clip.count % whole) % whole)
            let end = Recording.spans(clip).last?.end ?? Double(clip.count) / Double(Recording.rate)
            let heard = padded.map { $0 + Self.floor * (2 * random.uniform() - 1) }
            return (try encoder.encode(heard).map(WebSocketSwarm.frame(binary:)), end)
        }
    }

    /// Index of the n-th clip in a session that begins with clip `first`.
    public func clip(_ n: Int, from first: Int) -> Int { (first + n) % clips.count }

    /// The packets of a session that begins with clip `first`, and the seconds at which its clips end.
    public func script(from first: Int, seconds: Double) -> (packets: [[UInt8]], ends: [Double]) {
        var packets: [[UInt8]] = [], ends: [Double] = []
        let count = Int(seconds / Self.packetSeconds)
        while packets.count < count {
            let clip = clips[clip(ends.count, from: first)]
            ends.append(Double(packets.count) * Self.packetSeconds + clip.end)
            packets += clip.packets
        }
        return (Array(packets.prefix(count)), ends)
    }
}
