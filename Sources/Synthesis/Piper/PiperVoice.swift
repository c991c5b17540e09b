// A Piper voice.

internal import Basics
internal import Glibc
internal import Kernels
internal import Transformer

/// A voice of the Piper project (VITS, Kim et al. 2021): its weights, shared by all streams.
final class PiperVoice: VoiceModel {
    let config: PiperConfig
    let encoder: TextEncoder
    let durations: DurationPredictor
    let flow: FlowWeights
    let decoder: DecoderWeights
    /// [speakers, width]; empty if there is one speaker.
    private let speakerTable: [Float]
    private let speakerWidth: Int

    /// The voice in `path`, an ONNX file as Piper publishes it, with its json beside it (`path` + ".json"). `precision` is that of the flow
    /// and the decoder; text encoder and durations are always float32. Throws one sentence if the file is not such a voice.
    init(path: String, precision: Precision) throws(ModelError) {
        let file = try GraphFile(path: path)
        config = try PiperConfig(path: path + ".json")
        encoder = try TextEncoder(file)
        durations = try DurationPredictor(file)
        flow = try FlowWeights(file, precision: precision)
        decoder = try DecoderWeights(file, precision: precision)
        if file.nodes["emb_g"] != nil {
            let table = try file.embedding("emb_g")
            (speakerTable, speakerWidth) = (table.values, table.width)
            guard table.count >= config.speakers else {
                throw ModelError("\(path) has \(table.count) speakers, its json \(config.speakers)")
            }
        } else {
            (speakerTable, speakerWidth) = ([], 0)
            guard config.speakers == 1 else { throw ModelError("\(path) has one speaker, its json \(config.speakers)") }
        }
        guard encoder.channels == flow.channels, decoder.pre.inputs == flow.channels else {
            throw ModelError("\(path) has parts whose latents do not fit together")
        }
        let conditions = [decoder.condition] + flow.couplings.map(\.condition)
        guard conditions.allSatisfy({ $0 == nil || $0!.inputs == speakerWidth }),
            config.symbols.values.allSatisfy({ $0.allSatisfy { $0 < encoder.symbols } })
        else { throw ModelError("\(path) and its json do not fit together") }
    }

    var rate: Int { config.rate }
    var samplesPerFrame: Int { decoder.factor }
    var speakers: Int { config.speakers }
    var language: String { config.language }
    /// Convolutions that need no product are not among them.
    var products: [ProductShape] { (flow.convolutions + decoder.convolutions).compactMap(\.shape) }

    func stage(slots: Int) -> any VoiceStage { PiperStage(self, slots: slots) }

    /// The ids of phonemes: each symbol followed by the pad, between start and end (Piper's `phonemes_to_ids`). Also the symbols that the
    /// voice does not have, which are left out, and the symbol of each id, by its index.
    func ids(_ phonemes: [Unicode.Scalar]) -> (ids: [Int], symbolOf: [Int], missing: [Unicode.Scalar]) {
        let pad = config.symbols["_"]!
        var ids = config.symbols["^"]! + pad, symbolOf = ids.map { _ in -1 }, missing: [Unicode.Scalar] = []
        for (i, symbol) in phonemes.enumerated() {
            guard let own = config.symbols[symbol] else {
                if !missing.contains(symbol) { missing.append(symbol) }
                continue
            }
            guard ids.count + own.count + pad.count < Voice.symbolsMax else { break }
            ids += own + pad
            symbolOf += (own + pad).map { _ in i }
        }
        let end = config.symbols["$"]!
        return (ids + end, symbolOf + end.map { _ in -1 }, missing)
    }

    func speakerVector(_ speaker: Int) -> [Float]? {
        guard speakerWidth > 0 else { return nil }
        return Array(speakerTable[speaker * speakerWidth..<(speaker + 1) * speakerWidth])
    }
}
