// Measures the speed of products of one shape on this machine.

internal import Basics

/// A way to multiply, as benches name it: the kernels of a precision, or OpenBLAS in float32.
public struct ProductCandidate: RawRepresentable, CaseIterable, Hashable, Sendable, CustomStringConvertible {
    public let precision: Precision
    public let isOpenBLAS: Bool

    /// Available only if the library is installed.
    public static let openblas = ProductCandidate(.f32, isOpenBLAS: true)
    public static let allCases =
        (OpenBLAS.core == nil ? [] : [openblas]) + Precision.allCases.map { ProductCandidate($0) }

    public init(_ precision: Precision) { self.init(precision, isOpenBLAS: false) }

    private init(_ precision: Precision, isOpenBLAS: Bool) {
        (self.precision, self.isOpenBLAS) = (precision, isOpenBLAS)
    }

    public init?(rawValue: String) {
        guard let found = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
        self = found
    }

    public var rawValue: String { isOpenBLAS ? "openblas" : precision.rawValue }
    public var description: String { rawValue }
}

/// Products of random weights. Copies of the weights take turns, so that a run reads as much memory as a whole model.
public final class ProductProbe {
    private let layers: [Linear]
    private let isOpenBLAS: Bool
    private let x, y: Buffer
    private let operand: Operand
    private var next = 0
    public let outputs, inputs: Int

    /// Room for `rowsMax` rows. The copies take about `footprint` bytes together. The default is one copy.
    public init(_ candidate: ProductCandidate, outputs: Int, inputs: Int, rowsMax: Int, footprint: Int = 0) {
        (self.outputs, self.inputs, isOpenBLAS) = (outputs, inputs, candidate.isOpenBLAS)
        var random = Random(seed: 1)
        // Weights that fit in binary16, like shipped ones.
        let weights = (0..<outputs * inputs).map { _ in Float(random.below(1024)) / 512 - 1 }
        func layer() -> Linear {
            Linear(weights: weights, inputs: inputs, outputs: outputs, precision: candidate.precision)
        }
        let first = layer()
        layers = [first] + (1..<max(1, footprint / first.byteCount)).map { _ in layer() }
        x = Buffer((0..<rowsMax * inputs).map { _ in random.uniform() - 0.5 })
        y = Buffer(count: rowsMax * outputs)
        operand = Operand(rowsMax: rowsMax, widthMax: inputs)
    }

    /// Bytes of weights that one product reads.
    public var byteCount: Int { layers[0].byteCount }
    public var footprint: Int { layers.count * byteCount }

    /// Seconds of processor time for one product of `rows` rows, conversion of the rows included: the median of `runs` runs of
    /// about `seconds` each.
    public func seconds(rows: Int, runs: Int = 5, each seconds: Double = 0.004) -> Double {
        let once = time(rows: rows, count: 1), count = max(1, Int(seconds / max(once, 1e-9)))
        let times = (0..<runs).map { _ in time(rows: rows, count: count) / Double(count) }
        return times.sorted()[runs / 2]
    }

    private func time(rows: Int, count: Int) -> Double {
        let begun = ThreadClock.now()
        for _ in 0..<count {
            operand.take(x.pointer, rows: rows, inputs: inputs, as: layers[next].precision)
            layers[next].apply(operand, to: y.pointer, byOpenBLAS: isOpenBLAS)
            next = (next + 1) % layers.count
        }
        return ThreadClock.now() - begun
    }
}
