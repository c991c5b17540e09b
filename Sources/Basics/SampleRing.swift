// Samples waiting for their slice. When the queue is full, the oldest are dropped.

/// A first-in first-out queue of samples in fixed storage.
public struct SampleRing: Sendable {
    private var storage: [Float]
    private var head = 0
    public private(set) var count = 0

    public var capacity: Int { storage.count }

    public init(capacity: Int) {
        invariant(capacity > 0, "a ring needs room")
        storage = Array(repeating: 0, count: capacity)
    }

    public mutating func removeAll() {
        head = 0
        count = 0
    }

    /// Appends `samples`. Returns how many samples were dropped to make room, the oldest first.
    public mutating func append(_ samples: [Float]) -> Int {
        let kept = min(samples.count, capacity)
        let dropped = max(0, count + samples.count - capacity)
        drop(count + kept - capacity)
        let tail = (head + count) % capacity, first = min(kept, capacity - tail), start = samples.count - kept
        storage.withUnsafeMutableBufferPointer { storage in
            for i in 0..<first { storage[tail + i] = samples[start + i] }
            for i in first..<kept { storage[i - first] = samples[start + i] }
        }
        count += kept
        return dropped
    }

    /// Drops up to `number` of the oldest samples.
    public mutating func drop(_ number: Int) {
        guard number > 0 else { return }
        let gone = min(number, count)
        head = (head + gone) % capacity
        count -= gone
    }

    /// Moves the oldest samples to `target[start..<start + number]` and pads with zeros. Returns how many were missing.
    public mutating func take(_ number: Int, into target: inout [Float], at start: Int) -> Int {
        let present = min(number, count)
        let first = min(present, capacity - head)
        for i in 0..<first { target[start + i] = storage[head + i] }
        for i in first..<present { target[start + i] = storage[i - first] }
        for i in present..<max(present, number) { target[start + i] = 0 }
        drop(present)
        return number - present
    }

    /// The largest magnitude among the oldest `number` samples.
    public func peak(of number: Int) -> Float {
        var peak: Float = 0
        for i in 0..<min(number, count) { peak = max(peak, abs(storage[(head + i) % capacity])) }
        return peak
    }
}
