// A model of text alone: it hears typed words, one a slice, and says its mind's words without a sound (`duet chat`).

internal import Basics
internal import Dialogue

/// One session. Words are its tokens, numbered as they come.
final class ChatModel: Model {
    static let clock = SliceClock(rate: 8000, sliceMilliseconds: 200)

    let plan = SlicePlan(
        clock: .init(slice_ms: clock.sliceMilliseconds, late: "drop", sample_rate: clock.rate),
        layout: [.init(listen: 1, think: 1, say: 1), .init(speak: 1)], fuse: "interleave",
        tokens: .init(idle: 0, end: 1), memory: .init(sinks: 0, window: 2, evict: "slice"))
    let slotCount = 1
    let listen: any Stage
    let decode: any Stage
    let speak: any Stage
    fileprivate let words: Words

    /// What the stages share.
    fileprivate final class Words {
        var texts = ["", ""]
        var numbers: [String: Int32] = [:]
        /// Typed words that have not been heard.
        var typed = Ring<Int32>()
        var floor = ChatFloor()

        func token(_ word: String) -> Int32 {
            if let known = numbers[word] { return known }
            numbers[word] = Int32(texts.count)
            texts.append(word)
            return Int32(texts.count - 1)
        }
    }

    init() {
        words = Words()
        (listen, decode, speak) = (Nothing(), ChatDecode(words), Silence())
    }

    /// The user types a word.
    func type(_ word: String) { words.typed.append(words.token(word)) }
    /// Whether typed words wait to be heard.
    var hasTyped: Bool { words.typed.count > 0 }

    func text(of token: Int32) -> String { token > 1 ? " " + words.texts[Int(token)] : "" }

    /// Every word can be said, at two slices a word.
    func wording(of text: String) -> Wording {
        Wording(
            words: text.split(whereSeparator: \.isWhitespace).map {
                SpokenWord(pieces: [words.token(String($0))], slices: 2)
            })
    }
}

private final class Nothing: Stage {
    func open(_ slot: Int, seed: UInt64) {}
    func run(_ batch: SliceBatch) {}
}

private final class ChatDecode: Stage {
    private let words: ChatModel.Words
    init(_ words: ChatModel.Words) { self.words = words }

    func open(_ slot: Int, seed: UInt64) {}

    func run(_ batch: SliceBatch) {
        for row in batch.slots.indices {
            let prompt = batch.prompts[row]
            batch.decisions[row].think = prompt.think ?? hear(isSpeaking: prompt.say != nil, batch.likelihoods[row])
            let mayAnswer = !batch.isSilent(row, end: 1) && !words.floor.yields
            let say = prompt.waits ? 0 : prompt.say ?? 0
            batch.decisions[row].say = mayAnswer ? say : 0
            batch.decisions[row].speaks = mayAnswer && prompt.say != nil && say != 1
        }
    }

    private func hear(isSpeaking: Bool, _ likelihood: Float) -> Int32 {
        let word = words.typed.popFirst()
        return words.floor.decide(
            word, text: word.map { words.texts[Int($0)] }, isSpeaking: isSpeaking, likelihood: likelihood)
    }
}

private final class Silence: Stage {
    func open(_ slot: Int, seed: UInt64) {}
    func run(_ batch: SliceBatch) { for i in batch.speech.indices { batch.speech[i] = 0 } }
}
