// One turn of the user: its words, and its stage.

/// From the first word to the end. Positions and lengths are in milliseconds.
struct RealtimeTurn {
    enum Stage {
        /// Words may follow.
        case open
        /// The model takes it to be over; the client, which decides, has not said so.
        case over
        /// The client says that it is over. Its last words may still be on their way.
        case committed
    }

    let id: String
    let start: Int64
    /// Each piece with its distance from the start.
    private(set) var pieces: [(text: String, at: Int64)] = []
    var stage = Stage.open
    /// The client was told that the user speaks.
    var isAnnounced = false
    /// Its words come when it is over.
    var isGuessed = false
    /// Number of pieces that the client has been sent.
    private var captions = 0

    init(id: String, start: Int64) { (self.id, self.start) = (id, start) }

    var transcript: String { pieces.map(\.text).joined().drop { $0 == " " }.description }

    mutating func append(_ text: String, at position: Int64) {
        pieces.append((text, position - start))
        if stage == .over { stage = .open }
    }

    /// Takes the pieces that have not been sent.
    mutating func takeCaptions() -> ArraySlice<(text: String, at: Int64)> {
        defer { captions = pieces.count }
        return pieces[captions...]
    }
}
