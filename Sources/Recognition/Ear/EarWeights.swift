// The weights of the streaming encoder (Models/duet-1/EAR.md).

internal import Glibc
public import Kernels
public import Transformer

/// Immutable; shared by all workers. The shapes follow from the file; a head has 64 dimensions, as in every Whisper.
public final class EarWeights: Sendable {
    /// Of a row of features.
    public let width: Int
    let heads, layers: Int
    /// Rows after which positions begin again, and rows that a chunk sees before it.
    static let positionsMax = 1488, rowsSeen = 256

    /// Kernels of three mel frames; the second has a stride of two.
    let stem: [Linear]
    /// [positionsMax, width]
    let positions: Buffer
    let blocks: [EncoderWeights.Block]
    let norm: Normalization
    let head: Head?

    /// Characters from the features of five rows, the last its own.
    struct Head: Sendable {
        var taps: Linear, norm: Normalization, output: Linear
    }

    /// Whether the file holds a head (`EarHead`).
    public var hasHead: Bool { head != nil }

    /// Reads a safetensors file. The first convolution stays in float32, because it reads log-mel features.
    public static func load(_ path: String, precision: Precision = .standard) throws(ModelError) -> EarWeights {
        try EarWeights(TensorFile(path: path), path, precision)
    }

    private init(_ file: TensorFile, _ path: String, _ precision: Precision) throws(ModelError) {
        let width = file.shape(of: "encoder.norm.weight")?.first ?? 0
        guard width > 0, width % Self.headDim == 0, width < 1 << 16 else {
            throw ModelError("\(path) holds no ear: the width of its rows is \(width)")
        }
        let reader = EarReader(file: file, precision: precision)
        var blocks: [EncoderWeights.Block] = []
        while file.shape(of: "encoder.blocks.\(blocks.count).norm.weight") != nil {
            blocks.append(try reader.block("encoder.blocks.\(blocks.count).", width: width))
        }
        guard !blocks.isEmpty else { throw ModelError("\(path) holds an ear without layers") }
        (self.width, heads, layers, self.blocks) = (width, width / Self.headDim, blocks.count, blocks)
        stem = [
            try reader.convolution(
                "encoder.stem1", taps: 3, inputs: LogMel.bands, outputs: width, precision: .f32),
            try reader.convolution("encoder.stem2", taps: 3, inputs: width, outputs: width),
        ]
        norm = try reader.norm("encoder.norm", width: width)
        head = file.shape(of: "head.norm.weight") == nil ? nil : try reader.head(width: width)
        positions = Buffer(Self.sinusoids(width: width))
    }

    static let headDim = 64

    /// The widest hidden layer.
    var hidden: Int { blocks.map(\.up.outputs).max()! }

    /// Whisper's positions [positionsMax, width]: sines, then cosines, of frequencies from 1 to 1/10000.
    private static func sinusoids(width: Int) -> [Float] {
        let half = width / 2
        let rates = (0..<half).map { exp(-log(10_000) / Double(half - 1) * Double($0)) }
        return (0..<positionsMax).flatMap { place in
            rates.map { Float(sin(Double(place) * $0)) } + rates.map { Float(cos(Double(place) * $0)) }
        }
    }
}
