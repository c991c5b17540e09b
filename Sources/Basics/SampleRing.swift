// Samples that wait for their slice. Bounded: when full, the oldest go.

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

    /// Appends `samples`. Returns how many of the oldest had to go to make room.
    public mutating func append(_ samples: [Float]) -> Int {
        let kept = min(samples.count, capacity)
        let dropped = max(0, count + samples.count - capacity)
        drop(count + kept - capacity)
        var tail = head + count
        for sample in samples.suffix(kept) {
            storage[tail % capacity] = sample
            tail += 1
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

    /// Moves the oldest samples to `target[start..<start + number]`, zeros where there are none. Returns how many were missing.
    public mutating func take(_ number: Int, into target: inout [Float], at start: Int) -> Int {
        let present = min(number, count)
        for i in 0..<present { target[start + i] = storage[(head + i) % capacity] }
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
