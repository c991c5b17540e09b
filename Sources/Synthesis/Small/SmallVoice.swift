// The small voice of our own.
//
//  phones ─▶ encoder ─▶ durations ─▶ frames ─▶ log-mel, pitch, whether voiced ─▶ filters ─▶ pulses and noise, filtered ─▶ samples
//            └──── of a clause at once ───┘    └───────────────────────── slice by slice ─────────────────────────┘

internal import Glibc
internal import Kernels
internal import Transformer

/// The weights, as Scripts/training/voice_model.py defines them. A frame is 10 ms at 16 kHz.
final class SmallVoice: VoiceModel {
    /// What the encoder knows of a phone besides itself, and what a frame knows of its place in its phone.
    static let facts = 8, places = 16
    /// Bands of the log-mel; a frame has the pitch and whether it is voiced, too.
    static let bands = 80, frame = bands + 2

    let symbols: SmallSymbols
    private let phones: Embedding
    private let fact: Linear
    private let encoder: [SmallBlock]
    private let norm: Normalization
    private let durationWiden, durationOut, spread: Linear
    let place: Linear
    let blocks: [SmallBlock]
    let last: Normalization
    let out: Linear
    let into: Linear
    let filterBlocks: [SmallBlock]
    let filterNorm: Normalization
    /// To log magnitudes and phases of the pulses' filter, and log magnitudes of the noise's.
    let filters: Linear
    let inverse: InverseSpectrum
    /// Natural logarithm of the pitch in Hz: its mean, and what one is worth.
    let pitchMean, pitchDeviation: Double

    init(path: String, precision: Precision) throws(ModelError) {
        let file = try SmallFile(path: path)
        symbols = try SmallSymbols(file)
        inverse = InverseSpectrum(rate: 16_000)
        pitchMean = try file.number("pitch_mean")
        pitchDeviation = try file.number("pitch_deviation")
        let width = try file.width("front.phone.weight"), narrow = try file.outputs("filters.into")
        phones = Embedding(
            rows: try file.floats("front.phone.weight", [symbols.count, width]), count: symbols.count, width: width)
        fact = try file.linear("front.fact", Self.facts, width)
        encoder = try file.blocks("front.encoder", width: width)
        norm = try file.norm("front.norm", width)
        let hidden = try file.outputs("front.duration.0")
        durationWiden = try file.linear("front.duration.0", width, hidden)
        durationOut = try file.linear("front.duration.2", hidden, 1)
        spread = try file.linear("front.spread", width, width)
        place = try file.linear("front.place", Self.places, width)
        blocks = try file.blocks("front.blocks", width: width, precision)
        last = try file.norm("front.last", width)
        out = try file.linear("front.out", width, Self.frame)
        into = try file.linear("filters.into", Self.frame, narrow)
        filterBlocks = try file.blocks("filters.blocks", width: narrow, precision)
        filterNorm = try file.norm("filters.norm", narrow)
        filters = try file.linear("filters.out", narrow, 3 * inverse.bins, precision)
        guard filterBlocks.reduce(0, { $0 + $1.reach }) >= SmallPulses.framesAhead else {
            throw ModelError("\(path): its filters see too few frames ahead")
        }
    }

    let rate = 16_000
    var samplesPerFrame: Int { inverse.hop }
    let speakers = 1
    let language = "en-us"
    var width: Int { phones.width }

    var products: [ProductShape] {
        (blocks + filterBlocks).flatMap(\.products)
            + [place, out, into, filters].map {
                ProductShape(outputs: $0.outputs, inputs: $0.inputs, precision: $0.precision)
            }
    }

    func stage(slots: Int) -> any VoiceStage { SmallStage(self, slots: slots) }

    func encode(_ phonemes: [Unicode.Scalar]) -> any EncodingContent {
        let spelling = symbols.spell(phonemes), (rows, logarithms) = encode(spelling.phones)
        return SmallEncoding(spelling: spelling, rows: rows, logarithms: logarithms)
    }

    func clause(_ encoding: Encoding, _ manner: Manner) -> Clause {
        let encoded = encoding.content as! SmallEncoding
        var phoneOfFrame: [Int32] = [], ends: [Int] = []
        for (i, value) in encoded.logarithms.enumerated() {
            let frames = max(1, Int(exp(min(value, 6)) / manner.speed + 0.5))
            phoneOfFrame += repeatElement(Int32(i), count: min(frames, Voice.framesMax - phoneOfFrame.count))
            ends.append(phoneOfFrame.count)
        }
        return Clause(
            phonemes: encoding.phonemes, ends: encoded.spelling.phoneOf.map { ends[$0] }, frames: phoneOfFrame.count,
            missing: encoded.spelling.missing, manner: manner,
            content: SmallClause(rows: encoded.rows, ends: ends, phoneOfFrame: phoneOfFrame, seed: manner.seed))
    }

    /// Rows for the frames [phones, width], and the logarithms of the phones' frames.
    func encode(_ spelled: [SmallSymbols.Phone]) -> (rows: [Float], logarithms: [Float]) {
        let count = spelled.count, space = SmallSpace(), window = Scratch()
        let facts = Self.facts(spelled)
        var x = [Float](repeating: 0, count: count * width), spread = x
        fact.apply(facts, rows: count, to: &x)
        for (i, phone) in spelled.enumerated() {
            x.withUnsafeMutableBufferPointer { phones.add(phone.index, to: $0.baseAddress! + i * width) }
        }
        for block in encoder {
            // Zeros on both sides.
            let room = window.room((count + 2 * block.reach) * width), mixed = space.mixed.room(count * width)
            room.update(repeating: 0, count: (count + 2 * block.reach) * width)
            (room + block.reach * width).update(from: x, count: count * width)
            block.mix(room, count: count, to: mixed)
            block.add(mixed, rows: count, space, to: &x)
        }
        norm.apply(x, rows: count, to: &x)
        var wide = [Float](repeating: 0, count: count * durationWiden.outputs)
        var logarithms = [Float](repeating: 0, count: count)
        durationWiden.apply(x, rows: count, to: &wide)
        Activation.gelu(&wide, count: wide.count)
        durationOut.apply(wide, rows: count, to: &logarithms)
        self.spread.apply(x, rows: count, to: &spread)
        return (spread, logarithms)
    }

    /// [phones, facts], as in `facts` of voice_model.py: where the phone stands between silences and in the clause.
    private static func facts(_ phones: [SmallSymbols.Phone]) -> [Float] {
        let count = phones.count
        var since = [Int](repeating: 0, count: count), until = since
        for i in phones.indices.dropFirst() { since[i] = phones[i].silence == nil ? since[i - 1] + 1 : 0 }
        for i in phones.indices.dropLast().reversed() { until[i] = phones[i].silence == nil ? until[i + 1] + 1 : 0 }
        return phones.enumerated().flatMap { i, phone -> [Float] in
            [
                phone.isStressed ? 1 : 0, phone.beginsWord ? 1 : 0, phone.silence == .comma ? 1 : 0,
                phone.silence == .end ? 1 : 0, Float(min(since[i], 40)) / 20, Float(min(until[i], 40)) / 20,
                Float(min(i, 100)) / 50, Float(min(count - 1 - i, 100)) / 50,
            ]
        }
    }
}
