// Rejects a plan that the engine cannot run, at load and in one sentence.

internal import Basics

/// Why a plan is rejected.
public struct PlanError: Error, Hashable, CustomStringConvertible {
    public let description: String
}

extension SlicePlan {
    /// Limit of each part of the memory, in positions: several hours of slices.
    static let memoryMax = 1 << 20

    /// Throws the first requirement that the plan does not meet.
    public func validate() throws(PlanError) {
        func require(_ condition: Bool, _ message: String) throws(PlanError) {
            if !condition { throw PlanError(description: "slice plan: \(message)") }
        }
        let slices = SliceClock.sliceMillisecondsRange,
            rates = SliceClock.rates.map(String.init).joined(separator: ", ")
        try require(
            slices.contains(clock.slice_ms),
            "slice_ms is \(clock.slice_ms), expected \(slices.lowerBound) to \(slices.upperBound)")
        try require(
            SliceClock.rates.contains(sampleRate), "sample_rate is \(sampleRate), expected one of \(rates)")
        try require(clock.late == "drop", "late is \"\(clock.late)\", only \"drop\" is supported")
        try require(fuse == "interleave", "fuse is \"\(fuse)\", only \"interleave\" is supported")
        try require(!layout.isEmpty, "layout is empty")
        func count(_ kind: KeyPath<Position, Int?>) -> Int { layout.compactMap { $0[keyPath: kind] }.reduce(0, +) }
        try require(layout.compactMap(\.listen) == [1], "layout needs exactly one listen embedding a slice")
        try require(layout.first?.listen == 1, "layout must listen first: what is said may depend on what is heard")
        try require(
            count(\.think) == 1 && count(\.say) == 1, "layout needs exactly one think and one say token a slice")
        try require(count(\.speak) >= 1, "layout has no speak tokens")
        try require(tokens.idle != tokens.end, "the idle and end tokens are the same")
        try require(memory.evict == "slice", "evict is \"\(memory.evict)\", only \"slice\" is supported")
        let positions = positionsPerSlice
        for count in [memory.sinks, memory.window, memory.words ?? 0] {
            try require(count <= Self.memoryMax, "memory holds \(count) positions, at most \(Self.memoryMax)")
        }
        try require(
            memory.sinks >= 0 && memory.sinks % positions == 0, "sinks must be whole slices of \(positions) positions")
        try require(
            (memory.words ?? 0) >= 0 && (memory.words ?? 0) % positions == 0,
            "words must be whole slices of \(positions) positions")
        try require(
            memory.window >= positions && memory.window % positions == 0,
            "window must be whole slices of \(positions) positions")
    }
}
