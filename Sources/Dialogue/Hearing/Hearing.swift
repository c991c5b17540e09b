// The user's turn as sound, and the words that it is found to have. Pure: values in, values out.
//
//  speech … pause ─▶ recognise ─▶ words so far │ speech … pause ─▶ recognise ─▶ words so far │ over ─▶ the turn's words

internal import Basics

/// One session's turn in progress, where the model recognises turns.
struct Hearing: Sendable {
    enum Action: Hashable, Sendable {
        case recognise(id: Int, samples: [Float])
        /// The turn has these words so far. None: it begins, or nothing was said after all.
        case guess(String)
        /// At another pause it still has these words.
        case pause(String)
        /// The turn is over. Only its first three times are known.
        case over(String, TurnTimes)
    }

    private let limits: SliceLimits.Hearing
    /// The sound before a turn: its beginning, until the floor notices.
    private var before: [Float] = []
    /// The turn's sound that is still to be recognised as a whole, and how much of it there is until the end of the last speech.
    private var sound: [Float] = [], speechEnd = 0
    /// Whether a turn is in progress.
    private(set) var isOpen = false
    /// Whether it is over, and its words are not there yet.
    private(set) var isEnding = false
    private var isAsked = false
    /// Consecutive slices with speech and without.
    private(set) var speechSlices = 0, stillSlices = 0
    /// The words of the turn's sound, of how much of it, and the words before that.
    private var text = "", known = 0, kept = ""
    private var request: (id: Int, count: Int)?
    private var lastID = 0
    /// The words of the turn that ended last.
    private var ended = ""
    /// What was told of the turn in progress; nil for nothing.
    private var told: String?
    private var times = TurnTimes()
    private var actions: [Action] = []

    init(limits: SliceLimits.Hearing) { self.limits = limits }

    /// The words of the turn in progress, as far as they are known.
    private var words: String { Self.joined(kept, text) }
    var wordCount: Int { words.split(separator: " ").count }
    /// Whether the client ended the turn, and its words are not there yet.
    var isFinishing: Bool { isOpen && isAsked }

    private static func joined(_ first: String, _ second: String) -> String {
        first.isEmpty || second.isEmpty ? first + second : first + " " + second
    }

    /// The actions since the last call, oldest first.
    mutating func take() -> [Action] {
        defer { actions = [] }
        return actions
    }

    // MARK: Slices

    /// A slice's samples and what the floor finds in it. What the user says while the assistant `hasFloor` and keeps it, is no turn.
    mutating func advance(_ samples: ArraySlice<Float>, _ signal: FloorSignal, assistantHasFloor: Bool) {
        let isSpeech = signal.isSpeech && !signal.isOver
        speechSlices = isSpeech ? speechSlices + 1 : 0
        guard isOpen || isSpeech else {
            before = (before + samples).suffix(limits.beforeSamples)
            return
        }
        if !isOpen { open() }
        append(samples)
        stillSlices = isSpeech ? 0 : stillSlices + 1
        if isSpeech { (speechEnd, isEnding) = (sound.count, isAsked) }
        if assistantHasFloor, !isAsked {
            if stillSlices >= limits.asideSlices { drop(unless: nil) }
            return
        }
        if told == nil, speechSlices >= Self.speechSlices { guess("") }
        if signal.isOver || stillSlices >= limits.patienceSlices { end() }
        // What comes after the client's end is of the next turn.
        if !isAsked { ask() }
        settle()
    }

    /// Sound beyond twice the longest turn is forgotten, the oldest first: nobody has recognised it in time.
    private mutating func append(_ samples: ArraySlice<Float>) {
        sound += samples
        let excess = sound.count - 2 * limits.soundMax
        guard excess > 0 else { return }
        sound.removeFirst(excess)
        (speechEnd, known) = (max(0, speechEnd - excess), max(0, known - excess))
        if let asked = request { request = (asked.id, max(0, asked.count - excess)) }
    }

    private mutating func end() {
        if !isEnding { times.decided = stillSlices }
        isEnding = true
    }

    /// Characters that are kept of an endless turn.
    private static let keptMax = 4096
    /// Consecutive slices of speech that are told as the beginning of a turn.
    private static let speechSlices = 2

    private mutating func guess(_ words: String) {
        guard words != told else { return }
        told = words
        actions.append(.guess(words))
    }

    private mutating func open() {
        (isOpen, sound, speechEnd, known, stillSlices) = (true, before, 0, 0, 0)
        (text, kept, told, isEnding, isAsked) = ("", "", nil, false, false)
        before = []
    }

    /// Forgets the turn, unless it is over and had these words.
    private mutating func drop(unless words: String?) {
        times.over = stillSlices
        if let words { actions.append(.over(words, times)) } else if told != nil { actions.append(.guess("")) }
        before = sound.dropFirst(isAsked ? known : 0).suffix(limits.beforeSamples)
        (isOpen, sound, request, isEnding, isAsked) = (false, [], nil, false, false)
        (text, kept, told) = ("", "", nil)
    }

    private mutating func ask() {
        let isPause = stillSlices >= limits.pauseSlices || isEnding
        // A recogniser that is slower than the user's pauses would otherwise never come to an end.
        guard speechEnd > max(known, request?.count ?? 0), request == nil || isEnding,
            isPause || sound.count >= limits.soundMax
        else { return }
        lastID += 1
        let count = isPause && !isAsked ? min(sound.count, speechEnd + limits.tailSamples) : sound.count
        request = (lastID, count)
        actions.append(.recognise(id: lastID, samples: Array(sound[..<count])))
    }

    private mutating func settle() {
        guard isOpen, isEnding, isAsked || stillSlices > 0, request == nil, isAsked || speechEnd <= known else {
            return
        }
        ended = words
        drop(unless: isAsked || !ended.isEmpty ? ended : nil)
    }

    // MARK: Words

    mutating func recognised(_ id: Int, _ text: String) {
        guard let request, request.id == id else { return }
        (self.text, known, self.request) = (text, request.count, nil)
        times.recognised = stillSlices
        if words == told { actions.append(.pause(words)) } else { guess(words) }
        // What is recognised once more takes time in proportion to its length.
        if known >= limits.keptSamples {
            (kept, self.text) = (String(words.suffix(Self.keptMax)), "")
            sound.removeFirst(known)
            (speechEnd, known) = (max(0, speechEnd - known), 0)
        }
        settle()
    }

    /// The turn ends here, whatever the floor finds: the client says so.
    mutating func finish() {
        guard isOpen else { return actions.append(.over("", TurnTimes())) }
        end()
        isAsked = true
        ask()
        settle()
    }

    /// The user goes on: the turn that ended last is part of the one in progress.
    mutating func reopen() {
        (kept, ended) = (Self.joined(ended, kept), "")
    }
}
