// Cuts speech that is longer than Whisper's window.

enum Pieces {
    /// Samples whose energy decides where it is quiet: 0.3 s.
    private static let quiet = 4800

    /// Ranges of at most `samplesMax`; longer speech is cut at the quietest place of its middle fifth, again and again.
    static func cut(_ samples: [Float], samplesMax: Int) -> [Range<Int>] { cut(samples, 0..<samples.count, samplesMax) }

    private static func cut(_ samples: [Float], _ range: Range<Int>, _ samplesMax: Int) -> [Range<Int>] {
        guard range.count > samplesMax else { return [range] }
        let from = range.lowerBound + range.count * 2 / 5, end = range.lowerBound + range.count * 3 / 5
        let window = min(quiet, (end - from) / 2)
        var sum = samples[from..<from + window].reduce(0.0) { $0 + Double($1 * $1) }
        var (least, place) = (sum, from)
        for i in from..<end - window {
            sum += Double(samples[i + window] * samples[i + window]) - Double(samples[i] * samples[i])
            if sum < least { (least, place) = (sum, i + 1) }
        }
        let middle = place + window / 2
        return cut(samples, range.lowerBound..<middle, samplesMax) + cut(samples, middle..<range.upperBound, samplesMax)
    }

    /// One transcript of the pieces that begin at these seconds.
    static func joined(_ pieces: [Transcript], at seconds: [Double]) -> Transcript {
        guard pieces.count != 1, var all = pieces.first else { return pieces.first ?? Transcript() }
        let kept = pieces.filter { !$0.text.isEmpty }
        all.text = kept.map(\.text).joined(separator: " ")
        all.words = zip(pieces, seconds).flatMap { piece, start in
            piece.words.map { Transcript.Word(text: $0.text, start: $0.start + start, end: $0.end + start) }
        }
        all.meanLogProbability = pieces.map(\.meanLogProbability).min() ?? 0
        all.noSpeechProbability = pieces.map(\.noSpeechProbability).min() ?? 0
        all.isRepeating = pieces.contains { $0.isRepeating }
        all.dropped = kept.isEmpty ? all.dropped : nil
        return all
    }
}
