// Weights as the native kernels read them: in panels of columns, in the precision that was asked for.

internal import Basics
internal import CKernels

/// Packed weights of w [n, k].
enum Panels: Sendable {
    case floats(Buffer)
    /// Every weight is a binary16 number: half of the memory to read, the same bits of every product.
    case halves(Words<UInt16>)
    case bfloats(Words<UInt32>)
    case bytes(ByteWeights)

    init(_ weights: [Float], n: Int, k: Int, precision: Precision) {
        switch precision {
        case .f32: self = Self.exact(weights, n: n, k: k)
        case .bf16:
            let words = Words<UInt32>(count: ck_packed_count(n, ck_steps(k, 2)))
            ck_pack_bfloats(weights, words.pointer, n, k)
            self = .bfloats(words)
        case .int8: self = .bytes(ByteWeights(weights, n: n, k: k))
        }
    }

    private static func exact(_ weights: [Float], n: Int, k: Int) -> Panels {
        let count = ck_packed_count(n, k)
        if KernelTable.widensHalves {
            let halves = Words<UInt16>(count: count)
            if ck_pack_half(weights, halves.pointer, n, k) { return .halves(halves) }
        }
        let floats = Buffer(count: count)
        ck_pack(weights, floats.pointer, n, k)
        return .floats(floats)
    }

    /// y[rows, n] = x · wᵀ + bias.
    func apply(_ x: Operand, _ bias: UnsafePointer<Float>?, _ y: UnsafeMutablePointer<Float>, n: Int, k: Int) {
        switch self {
        case .floats, .halves: apply(x.floats, bias, y, m: x.rows, n: n, k: k)
        case .bfloats(let words):
            KernelTable.native.matmul_bfloats(x.shorts, words.pointer, bias, y, x.rows, n, k)
        case .bytes(let weights):
            withUnsafePointer(to: weights.c) {
                KernelTable.native.matmul_bytes(x.bytes, x.rowScales, $0, bias, y, x.rows)
            }
        }
    }

    /// The same for rows of float32; only where the weights are exact.
    func apply(
        _ x: UnsafePointer<Float>, _ bias: UnsafePointer<Float>?, _ y: UnsafeMutablePointer<Float>, m: Int, n: Int,
        k: Int
    ) {
        switch self {
        case .floats(let buffer): KernelTable.native.matmul(x, buffer.pointer, bias, y, m, n, k)
        case .halves(let words): KernelTable.native.matmul_half(x, words.pointer, bias, y, m, n, k)
        case .bfloats, .bytes: invariant(false, "rows of float32 for weights that are rounded")
        }
    }

    /// The weights as they were, [n, k] row-major; only where they are exact.
    func rows(n: Int, k: Int) -> [Float] {
        let panel = Int(CK_PANEL)
        var packed: [Float] = []
        switch self {
        case .floats(let buffer): packed = buffer.values
        case .halves(let words): packed = FloatFormat.float16.read(words.pointer, count: words.count)
        case .bfloats, .bytes: invariant(false, "rounded weights as they were")
        }
        return (0..<n * k).map { packed[($0 / k / panel * k + $0 % k) * panel + $0 / k % panel] }
    }

    /// Bytes that one product reads.
    var byteCount: Int {
        switch self {
        case .floats(let buffer): 4 * buffer.count
        case .halves(let words): 2 * words.count
        case .bfloats(let words): 4 * words.count
        case .bytes(let weights): 4 * weights.words.count
        }
    }
}

/// Weights w [n, k] as int8 with a scale for each output.
final class ByteWeights: @unchecked Sendable {
    let words: Words<UInt32>
    private let scales: Buffer
    private let starts: Words<Int32>
    let c: ck_bytes

    init(_ weights: [Float], n: Int, k: Int) {
        invariant(k <= Int(CK_BYTE_INPUTS_MAX), "a product of \(k) inputs overflows in int8")
        words = Words(count: ck_packed_count(n, ck_steps(k, 4)))
        scales = Buffer(count: ck_packed_count(n, 1))
        starts = Words(count: ck_packed_count(n, 1))
        var target = ck_bytes(words: words.pointer, scales: scales.pointer, starts: starts.pointer, n: n, k: k)
        ck_pack_bytes(weights, &target)
        c = target
    }
}

/// Contiguous integers at a fixed address, on a cache line's border, zero at first; those of one model lie together. [count]
final class Words<Word: FixedWidthInteger>: Sendable {
    private let piece: Piece
    let count: Int

    init(count: Int) {
        self.count = count
        piece = Piece(count: count * MemoryLayout<Word>.stride)
    }

    var pointer: UnsafeMutablePointer<Word> { piece.base.assumingMemoryBound(to: Word.self) }
}
