// One turn of the user: what was said in it, and how far it has come.

/// From its first word to its end. Positions and lengths are in milliseconds.
struct RealtimeTurn {
    enum Stage {
        /// Words come.
        case open
        /// The model takes it to be over; the client, whose it is to say so, has not.
        case over
        /// The client says that it is over. Its last words may be on their way.
        case committed
    }

    let id: String
    let start: Int64
    /// Each with its distance from the start.
    private(set) var pieces: [(text: String, at: Int64)] = []
    var stage = Stage.open
    /// The client was told that somebody speaks.
    var isAnnounced = false
    /// Pieces that the client has been sent.
    private var captions = 0

    init(id: String, start: Int64) { (self.id, self.start) = (id, start) }

    var transcript: String { pieces.map(\.text).joined().drop { $0 == " " }.description }

    mutating func append(_ text: String, at position: Int64) {
        pieces.append((text, position - start))
        if stage == .over { stage = .open }
    }

    /// The pieces that have not been sent.
    mutating func takeCaptions() -> ArraySlice<(text: String, at: Int64)> {
        defer { captions = pieces.count }
        return pieces[captions...]
    }
}
