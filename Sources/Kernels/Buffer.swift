// Float32 storage that kernels read and write by pointer.

internal import Basics

/// Contiguous float32 values [count] at a fixed address, aligned to a cache line, initially zero.
public final class Buffer: @unchecked Sendable {
    public let pointer: UnsafeMutablePointer<Float>
    public let count: Int

    public init(count: Int) {
        self.count = count
        let room = max(1, count)
        pointer = UnsafeMutableRawPointer.allocate(byteCount: room * MemoryLayout<Float>.stride, alignment: 64)
            .initializeMemory(as: Float.self, repeating: 0, count: room)
    }

    public convenience init(_ values: [Float]) {
        self.init(count: values.count)
        values.withUnsafeBufferPointer { source in
            if let first = source.baseAddress { pointer.update(from: first, count: source.count) }
        }
    }

    deinit { UnsafeMutableRawPointer(pointer).deallocate() }

    public subscript(_ index: Int) -> Float {
        get {
            invariant(index >= 0 && index < count, "read outside a buffer")
            return pointer[index]
        }
        set {
            invariant(index >= 0 && index < count, "written outside a buffer")
            pointer[index] = newValue
        }
    }

    public var values: [Float] { Array(UnsafeBufferPointer(start: pointer, count: count)) }

    public func zero() { pointer.update(repeating: 0, count: count) }

    public func zero(_ range: Range<Int>) {
        invariant(range.lowerBound >= 0 && range.upperBound <= count, "zeroed outside a buffer")
        (pointer + range.lowerBound).update(repeating: 0, count: range.count)
    }
}
