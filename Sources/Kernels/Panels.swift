// Weights as the native kernel reads them: in panels of columns, in binary16 where that loses nothing.

internal import CKernels

/// Packed weights of w [n, k].
enum Panels: Sendable {
    case floats(Buffer)
    /// Every weight is a binary16 number: half of the memory to read, the same bits of every product.
    case halves(HalfBuffer)

    init(_ weights: [Float], n: Int, k: Int) {
        let count = ck_packed_count(n, k)
        if KernelTable.widensHalves {
            let halves = HalfBuffer(count: count)
            if ck_pack_half(weights, halves.pointer, n, k) {
                self = .halves(halves)
                return
            }
        }
        let floats = Buffer(count: count)
        ck_pack(weights, floats.pointer, n, k)
        self = .floats(floats)
    }

    /// y[m, n] = x[m, k] · wᵀ + bias.
    func apply(
        _ x: UnsafePointer<Float>, _ bias: UnsafePointer<Float>?, _ y: UnsafeMutablePointer<Float>, m: Int, n: Int,
        k: Int
    ) {
        switch self {
        case .floats(let buffer): KernelTable.native.matmul(x, buffer.pointer, bias, y, m, n, k)
        case .halves(let buffer): KernelTable.native.matmul_half(x, buffer.pointer, bias, y, m, n, k)
        }
    }

    /// The weights as they were, [n, k] row-major.
    func rows(n: Int, k: Int) -> [Float] {
        let panel = Int(CK_PANEL)
        let packed =
            switch self {
            case .floats(let buffer): buffer.values
            case .halves(let buffer): FloatFormat.float16.read(buffer.pointer, count: buffer.count)
            }
        return (0..<n * k).map { packed[($0 / k / panel * k + $0 % k) * panel + $0 / k % panel] }
    }
}

/// Contiguous binary16 numbers at a fixed address. [count]
final class HalfBuffer: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<UInt16>
    let count: Int

    init(count: Int) {
        self.count = count
        pointer = .allocate(capacity: max(1, count))
        pointer.initialize(repeating: 0, count: max(1, count))
    }

    deinit { pointer.deallocate() }
}
