// Where one stream's rows stand in a step.

/// The frames that a stage computes of one stream in a step. A layer at `rate` rows a frame whose output comes `delay` rows late has
/// `count * rate` rows; the first is row `start * rate - delay` of the clause. Rows before the clause and after its end are zeros to
/// every convolution, as if the whole clause were computed at once.
struct Lane {
    /// The column of the stream's state.
    var slot: Int
    /// The first frame, and how many.
    var start, count: Int
    /// Frames of the clause.
    var length: Int
}

extension [Lane] {
    /// Rows of all lanes at `rate` rows a frame.
    func rows(_ rate: Int) -> Int { reduce(0) { $0 + $1.count } * rate }
}
