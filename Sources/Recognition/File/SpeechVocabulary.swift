// Whisper's tokens: text, and control tokens.

internal import Foundation
internal import Language
internal import Transformer

/// The lines of `vocabulary.txt` (or the list in `vocabulary.json`): byte-level pieces in GPT-2's alphabet, then control tokens.
struct SpeechVocabulary: Sendable {
    /// The bytes of each token's text; none for control tokens.
    private let pieces: [[UInt8]]
    /// Ends a text. All tokens from here on are control tokens.
    let end: Int32
    /// What the decoder is given before the text.
    let prompt: [Int32]
    /// Says that nobody speaks.
    let noSpeech: Int32
    var count: Int { pieces.count }

    /// `language` is Whisper's code, such as `en`; models for English alone know no other.
    init(folder: String, count: Int, language: String) throws(ModelError) {
        let (path, lines) = try Self.lines(folder)
        guard lines.count >= count else {
            throw ModelError("\(path) has \(lines.count) tokens where the model has \(count)")
        }
        let tokens = Dictionary(zip(lines, 0...).map { ($0, Int32($1)) }, uniquingKeysWith: { first, _ in first })
        func find(_ names: String...) throws(ModelError) -> Int32 {
            guard let token = names.lazy.compactMap({ tokens[$0] }).first, token < count else {
                throw ModelError("\(path) has no \(names[0])")
            }
            return token
        }
        end = try find("<|endoftext|>")
        // As CTranslate2 tells them apart; the golden models of the tests are smaller.
        let isMultilingual = lines[Int(end) - 1].isEmpty
        guard isMultilingual || language == "en" else {
            throw ModelError("\(folder) knows only English, not the language \(language)")
        }
        let task = isMultilingual ? [try find("<|\(language)|>"), try find("<|transcribe|>")] : []
        prompt = [try find("<|startoftranscript|>")] + task + [try find("<|notimestamps|>")]
        noSpeech = try find("<|nocaptions|>", "<|nospeech|>")
        pieces = lines.prefix(count).enumerated().map { [end] in $0 < Int(end) ? ByteAlphabet.bytes($1) : [] }
    }

    private static func lines(_ folder: String) throws(ModelError) -> (path: String, lines: [String]) {
        let path = folder + "/vocabulary.txt", json = folder + "/vocabulary.json"
        if let data = FileManager.default.contents(atPath: path) {
            let text = String(decoding: data, as: UTF8.self)
            return (path, text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
        }
        guard let data = FileManager.default.contents(atPath: json) else { throw ModelError("\(path) is missing") }
        guard let lines = try? JSONDecoder().decode([String].self, from: data) else {
            throw ModelError("\(json) is no list of tokens")
        }
        return (json, lines)
    }

    /// Empty for control tokens.
    func bytes(_ token: Int32) -> [UInt8] { pieces[Int(token)] }

    /// Whether the token begins a word: its text begins with a blank.
    func beginsWord(_ token: Int32) -> Bool { pieces[Int(token)].first == 0x20 }

    /// Bytes that are no UTF-8 become U+FFFD.
    func text(_ tokens: some Sequence<Int32>) -> String { String(decoding: tokens.flatMap(bytes), as: UTF8.self) }
}
