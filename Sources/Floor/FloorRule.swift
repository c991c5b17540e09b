// From probabilities to decisions. Pure.

internal import Transformer

/// Thresholds, chosen on speakers of their own and shipped in the metadata of the weights.
public struct FloorRule: Sendable, Equatable {
    /// The turn is taken in the slice that is the `overSlices`th in a row whose `over` is at least this. 0 to 1.
    public var over: Float
    public var overSlices: Int
    /// The same of `yield`.
    public var yield: Float
    public var yieldSlices: Int

    public init(over: Float, overSlices: Int, yield: Float, yieldSlices: Int) {
        (self.over, self.overSlices, self.yield, self.yieldSlices) = (over, overSlices, yield, yieldSlices)
    }

    /// From `over`, `over_slices`, `yield` and `yield_slices` in a file's metadata.
    init(metadata: [String: String], path: String) throws(ModelError) {
        func number<T: LosslessStringConvertible & Comparable>(
            _ name: String, _ range: ClosedRange<T>
        ) throws(ModelError) -> T {
            guard let value = metadata[name].flatMap(T.init), range.contains(value) else {
                throw ModelError(
                    "\(path): its metadata gives no \(name) from \(range.lowerBound) to \(range.upperBound)")
            }
            return value
        }
        over = try number("over", 0...1)
        overSlices = try number("over_slices", 1...100)
        yield = try number("yield", 0...1)
        yieldSlices = try number("yield_slices", 1...100)
    }

    /// Slices of our voice in which it is not given back yet: the end of the user's turn is still heard in them.
    static let firstSlices = 2

    /// How many slices in a row have reached the thresholds.
    public struct Count: Sendable, Equatable {
        var over = 0
        var yield = 0
        /// Slices of our voice in a row.
        public fileprivate(set) var speaking = 0

        public init() {}
    }

    /// The decision about a slice. `count` is the session's and moves on.
    public func decide(_ output: FloorOutput, isSpeaking: Bool, _ count: inout Count) -> FloorAction {
        count.speaking = isSpeaking ? count.speaking + 1 : 0
        count.over = !isSpeaking && output.over >= over ? count.over + 1 : 0
        count.yield = count.speaking > Self.firstSlices && output.yield >= yield ? count.yield + 1 : 0
        if isSpeaking { return count.yield >= yieldSlices ? .yield : .goOn }
        return count.over >= overSlices ? .take : .listen
    }
}
