// A session whose turns others find the words of, for tests.

import Basics

@testable import Dialogue
@testable import Simulation

/// A session of a fake model that recognises turns. The test finds the words, and is the mind.
struct HeardTalk {
    var rig: Rig
    let slot: Slot
    private var read = 0
    private(set) var asked: [(id: Int, samples: [Float])] = []

    init(hasMind: Bool = true, backChannels: [String]? = nil) {
        var limits = Limits()
        if let backChannels { limits.backChannels = backChannels }
        if hasMind { limits.mind = MindRules() }
        rig = Rig(model: FakeCascade(slots: 2), limits: limits)
        slot = rig.open()
        wait(480)
        _ = news()
    }

    mutating func speak(_ milliseconds: Int) { rig.run(milliseconds, [(slot, 0.5)]) }
    mutating func wait(_ milliseconds: Int) { rig.run(milliseconds, [(slot, 0)]) }
    mutating func mind(_ event: MindEvent) { rig.engine.deliver(.mind(slot, event), at: rig.now) }

    mutating func recognise(_ text: String) {
        note()
        rig.engine.deliver(.recognised(slot, id: asked.last?.id ?? -1, text: text), at: rig.now)
        note()
    }

    mutating func say(_ text: String) {
        rig.engine.deliver(.say(slot, words: rig.engine.model.wording(of: text).words), at: rig.now)
    }

    mutating func type(_ text: String) {
        rig.engine.deliver(.tell(slot, words: rig.engine.model.wording(of: text).words, text: text), at: rig.now)
        note()
    }

    private mutating func note() {
        var more: [EngineAction] = []
        rig.engine.drain(into: &more)
        rig.actions += more
        asked = rig.actions.compactMap {
            if case .recognise(_, let id, let samples) = $0 { (id, samples) } else { nil }
        }
    }

    /// What the mind was asked since the last call.
    mutating func news() -> [MindRequest] {
        note()
        let all = rig.actions.compactMap { if case .mind(_, let request) = $0 { request } else { nil } }
        defer { read = all.count }
        return Array(all[read...])
    }

    mutating func askCount() -> Int {
        note()
        return asked.count
    }

    var turns: [String] { rig.actions.compactMap { if case .userText(_, let text, _) = $0 { text } else { nil } } }
    var guesses: [String] { rig.actions.compactMap { if case .userGuess(_, let text, _) = $0 { text } else { nil } } }
    var said: [String] { rig.actions.compactMap { if case .assistantText(_, let text, _) = $0 { text } else { nil } } }
    /// Words of the utterances that the voice was told of before they were due.
    var prepared: [Int] { (rig.engine.model as! FakeCascade).prepared[slot.index] ?? [] }
    var ends: Int { rig.actions.count { if case .userEnd = $0 { true } else { false } } }
    var typed: [String] { rig.actions.compactMap { if case .userTyped(_, let text, _) = $0 { text } else { nil } } }
    /// Ends of the user's turns and beginnings of speech, in order.
    var told: [String] {
        rig.actions.compactMap {
            switch $0 {
            case .userEnd: "over"
            case .speaking: "speaking"
            default: nil
            }
        }
    }
    var interruptions: Int { rig.actions.count { if case .interrupted = $0 { true } else { false } } }

    /// The user says `words`, and the mind's answer begins to be spoken.
    mutating func answered(_ words: String, _ answer: String) {
        speak(800)
        wait(240)
        recognise(words)
        wait(240)
        _ = news()
        mind(.words(answer: 1, answer))
        mind(.end(answer: 1, .complete))
    }
}
