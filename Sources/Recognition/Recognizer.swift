// Speech to text with full context: Whisper over whole turns, many at once.

internal import Basics
internal import Kernels
public import Transformer

/// One thread owns it.
///
///     turn ─▶ log-mel ─▶ encoder over the turn and a second of silence ─▶ keys and values ─▶ decoder, batched ─▶ words
///                                    features of silence, once at load ─▶ keys and values ───────┘
public final class Recognizer {
    public static let rate = LogMel.rate

    public let options: RecognizerOptions
    private let vocabulary: SpeechVocabulary
    private let alignmentHeads: [AlignmentHead]
    private let scores: TokenScores
    private let shape: RecognizerShape
    private let encoder: SpeechEncoder
    private let decoder: SpeechDecoder
    /// [turnsMax]
    private var turns: [Turn?]
    /// Lanes of beams that no turn uses, by group.
    private var freeBeams: [[Int]]

    /// A turn that is being decoded.
    private struct Turn {
        var search: TextSearch
        var isFresh = true
        var seconds: Double
        var noSpeech: Float = 0
        /// What the greedy search found, while a beam tries to do better.
        var greedy: (text: Hypothesis, isRepeating: Bool)?
        var waitsForBeam = false
        var tokensMax: Int
    }

    /// The model in `folder`: `model.bin`, `config.json` and `vocabulary.txt` of CTranslate2. Takes about a second.
    public static func load(
        _ folder: String, options: RecognizerOptions = RecognizerOptions()
    ) throws(ModelError) -> Recognizer {
        guard options.cache == .f32 || options.cache == .bf16 else {
            throw ModelError("a recogniser's keys and values can be f32 or bf16, not \(options.cache)")
        }
        return try Recognizer(folder, options)
    }

    private init(_ folder: String, _ options: RecognizerOptions) throws(ModelError) {
        let file = try CTranslate2File(path: folder + "/model.bin"), shape = try RecognizerShape(file)
        let config = try RecognizerConfig.read(folder + "/config.json")
        let vocabulary = try SpeechVocabulary(folder: folder, count: shape.vocabulary, language: options.language)
        let heads = try config.heads(
            layers: shape.decoderLayers, heads: shape.heads, path: folder + "/config.json")
        let reader = RecognizerReader(file: file, shape: shape, precision: options.precision)
        (self.options, self.vocabulary, self.shape, alignmentHeads) = (options, vocabulary, shape, heads)
        scores = try Self.scores(config, vocabulary, folder)
        encoder = SpeechEncoder(try EncoderWeights(reader), shape, cache: options.cache)
        let beams = max(1, options.turnsMax / 4), width = options.beamWidth
        decoder = SpeechDecoder(
            try DecoderWeights(reader), shape, alignmentHeads: heads, cache: options.cache, turns: options.turnsMax,
            lanes: options.turnsMax + beams * 2 * width,
            rowsMax: options.turnsMax * max(vocabulary.prompt.count, 2) + beams * width)
        turns = Array(repeating: nil, count: options.turnsMax)
        freeBeams = (0..<beams).map { beam in (0..<2 * width).map { options.turnsMax + beam * 2 * width + $0 } }
        decoder.takeSilence(encoder.encodeSilence())
    }

    /// Control tokens are never written, but for the end.
    private static func scores(
        _ config: RecognizerConfig, _ vocabulary: SpeechVocabulary, _ folder: String
    ) throws(ModelError) -> TokenScores {
        func checked(_ ids: [Int]) throws(ModelError) -> [Int32] {
            guard ids.allSatisfy({ (0..<vocabulary.count).contains($0) }) else {
                throw ModelError("\(folder)/config.json suppresses a token that is not there")
            }
            return ids.map(Int32.init)
        }
        let control = (vocabulary.end + 1)..<Int32(vocabulary.count)
        return TokenScores(
            suppressed: try checked(config.suppressIds) + control,
            suppressedFirst: try checked(config.suppressIdsBegin),
            vocabulary: vocabulary.count)
    }

    private static let samplesPerFrame = 2 * LogMel.hop

    // MARK: Whole turns

    /// The longest turn that is decoded at once, in seconds.
    public var secondsMax: Double { Double(shape.frames) * WordTimes.frame - options.tailSeconds }

    /// What is said in each of the turns, at 16 kHz. Turns longer than `secondsMax` are cut at quiet places.
    public func transcribe(_ turns: [[Float]]) -> [Transcript] {
        let pieces = turns.map { Pieces.cut($0, samplesMax: Int(secondsMax * Double(Self.rate))) }
        var waiting = pieces.indices.flatMap { turn in pieces[turn].indices.map { (turn, $0) } }[...]
        var texts = pieces.map { [Transcript](repeating: Transcript(), count: $0.count) },
            running: [Int: (Int, Int)] = [:]
        while !waiting.isEmpty || !running.isEmpty {
            while let (turn, piece) = waiting.first, let slot = begin(Array(turns[turn][pieces[turn][piece]])) {
                running[slot] = (turn, piece)
                waiting.removeFirst()
            }
            for (slot, text) in step() {
                let (turn, piece) = running.removeValue(forKey: slot)!
                texts[turn][piece] = text
            }
        }
        return zip(texts, pieces).map { Pieces.joined($0, at: $1.map { Double($0.lowerBound) / Double(Self.rate) }) }
    }

    // MARK: Step by step

    /// Encodes a turn of at most `secondsMax` and starts to decode it. nil where `turnsMax` are being decoded.
    public func begin(_ samples: [Float]) -> Int? {
        guard let slot = turns.firstIndex(where: { $0 == nil }) else { return nil }
        let tail = Int(options.tailSeconds / WordTimes.frame)
        let frames = min(shape.frames, max(1, samples.count / Self.samplesPerFrame + tail))
        decoder.take(encoder.encode(samples, frames: frames), frames: frames, turn: slot)
        let seconds = Double(samples.count) / Double(Self.rate)
        // Nobody says more than ten tokens a second for long.
        let room = shape.positions - vocabulary.prompt.count - 1
        let tokensMax = min(room, 16 + Int(10 * seconds))
        turns[slot] = Turn(search: search(1, [slot], tokensMax), seconds: seconds, tokensMax: tokensMax)
        return slot
    }

    private func search(_ width: Int, _ lanes: [Int], _ tokensMax: Int) -> TextSearch {
        TextSearch(width: width, lanes: lanes, end: vocabulary.end, tokensMax: tokensMax)
    }

    /// Forgets a turn whose text is not wanted any more.
    public func cancel(_ slot: Int) {
        if let turn = turns[slot], turn.search.width > 1 { freeBeams.append(turn.search.lanes) }
        turns[slot] = nil
    }

    /// Whether turns are being decoded.
    public var isBusy: Bool { turns.contains { $0 != nil } }

    /// Computes the next token of every turn. Returns the turns that are decoded; their slots are free again.
    public func step() -> [(slot: Int, text: Transcript)] {
        giveBeams()
        var rows: [SpeechDecoder.Row] = [], firsts: [(slot: Int, row: Int, logits: Int)] = [], logits = 0
        for slot in turns.indices {
            guard let turn = turns[slot], !turn.waitsForBeam else { continue }
            firsts.append((slot, rows.count, logits))
            let new = self.rows(slot, turn)
            logits += new.count { $0.wantsLogits }
            rows += new
        }
        guard !rows.isEmpty else { return [] }
        decoder.step(rows)
        for (slot, row, logits) in firsts { advance(slot, row: row, logits: logits) }
        return firsts.compactMap { slot, _, _ in finish(slot).map { (slot, $0) } }
    }

    private func rows(_ slot: Int, _ turn: Turn) -> [SpeechDecoder.Row] {
        let prompt = vocabulary.prompt
        if turn.isFresh {
            return prompt.indices.map { i in
                SpeechDecoder.Row(
                    turn: slot, lane: turn.search.live[0].lane, token: prompt[i], position: i,
                    wantsLogits: i == 0 || i == prompt.count - 1)
            }
        }
        return turn.search.live.map { text in
            SpeechDecoder.Row(
                turn: slot, lane: text.lane, token: text.tokens.last!, position: prompt.count + text.tokens.count - 1,
                wantsLogits: true)
        }
    }

    private func advance(_ slot: Int, row: Int, logits: Int) {
        var (row, logits) = (row, logits)
        let isFirst = turns[slot]!.isFresh
        if isFirst {
            turns[slot]!.noSpeech = scores.probability(of: vocabulary.noSpeech, in: decoder.logits(logits))
            (row, logits) = (row + vocabulary.prompt.count - 1, logits + 1)
            turns[slot]!.isFresh = false
        }
        let search = turns[slot]!.search
        let candidates = search.live.indices.map {
            scores.best(search.candidateCount, of: decoder.logits(logits + $0), isFirst: isFirst)
        }
        let seen = search.live.indices.map { decoder.seen(row + $0) }
        let copies = turns[slot]!.search.advance(candidates, seen: seen)
        let count = vocabulary.prompt.count + (turns[slot]!.search.live.first?.tokens.count ?? 1) - 1
        for (source, target) in copies { decoder.copy(source, to: target, count: count) }
    }

    // MARK: The end of a turn

    private func giveBeams() {
        for slot in turns.indices where turns[slot]?.waitsForBeam == true {
            guard let lanes = freeBeams.popLast() else { return }
            turns[slot]!.search = search(options.beamWidth, lanes, turns[slot]!.tokensMax)
            turns[slot]!.isFresh = true
            turns[slot]!.waitsForBeam = false
        }
    }

    /// The turn's text, if its search has ended and no beam is to try again.
    private func finish(_ slot: Int) -> Transcript? {
        guard let turn = turns[slot], turn.search.isDone else { return nil }
        let best = turn.search.best
        guard let greedy = turn.greedy else {
            let isGood = !best.isRepeating && best.text.meanLogProbability >= options.meanLogProbabilityMin
            if isGood || options.beamWidth < 2 { return close(slot, turn, best) }
            turns[slot]!.greedy = best
            turns[slot]!.waitsForBeam = true
            return nil
        }
        freeBeams.append(turn.search.lanes)
        let isBetter =
            best.isRepeating == greedy.isRepeating
            ? best.text.meanLogProbability > greedy.text.meanLogProbability : greedy.isRepeating
        return close(slot, turn, isBetter ? best : greedy)
    }

    private func close(_ slot: Int, _ turn: Turn, _ best: (text: Hypothesis, isRepeating: Bool)) -> Transcript {
        turns[slot] = nil
        let mean = best.text.meanLogProbability
        var transcript = Transcript(
            meanLogProbability: mean, noSpeechProbability: turn.noSpeech, isRepeating: best.isRepeating)
        if turn.noSpeech > options.noSpeechProbabilityMax, mean < options.noSpeechLogProbability {
            transcript.dropped = .noSpeech
        } else if mean < options.dropLogProbability {
            transcript.dropped = .unlikely
        } else {
            let text = vocabulary.text(best.text.tokens)
            transcript.text = String(text.drop { $0 == " " })
            transcript.words = WordTimes.words(
                best.text, vocabulary, heads: alignmentHeads.count, seconds: turn.seconds)
        }
        return transcript
    }
}
