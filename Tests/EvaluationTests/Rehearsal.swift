// Conversations with made-up assistants: no model, no synthesizer, no clock.

import Basics
import Foundation

@testable import Evaluation

/// An assistant that hears energy and speaks a tone. Its mistakes are planted, to see that the judge finds them.
final class FakeAssistant {
    enum Manner: CaseIterable { case polite, neverStops, answersPauses, mute, stopsAtOnce, talksToItself, breaksOff }

    private let manner: Manner
    private let answer: String
    private let seconds: Double
    /// 20-ms packets of loud and of quiet input in a row, since the last answer.
    private var loud = 0
    private var quiet = 0
    private var wasAsked = false
    /// Packets of the answer that are left; 0 when it is silent.
    private var left = 0
    private var age = 0

    init(_ manner: Manner, answer: String = "the answer is seven", seconds: Double = 2) {
        (self.manner, self.answer, self.seconds) = (manner, answer, seconds)
    }

    /// Hears 20 ms; says 20 ms and sends texts.
    func step(_ packet: [Float]) -> (pcm: [Float], texts: [String]) {
        var texts: [String] = []
        age += 1
        if Signal.rms(packet) > 0.02 {
            (loud, quiet) = (loud + 1, 0)
            if loud >= 5, left == 0 { wasAsked = true }
        } else {
            (loud, quiet) = (loud > 0 && quiet < 3 ? loud : 0, quiet + 1)
        }
        // 300 ms of speech are an interruption; 100 ms for the nervous one.
        let patience = manner == .stopsAtOnce ? 5 : 30
        if left > 0, loud >= patience, manner != .neverStops {
            (left, wasAsked) = (0, true)
            texts.append(done(interrupted: true))
        }
        let silence = manner == .answersPauses ? 10 : 40
        if left == 0, manner != .mute, wasAsked && quiet == silence || manner == .talksToItself && age % 250 == 0 {
            (left, wasAsked) = (Int(seconds * 50), false)
            texts.append(#"{"type":"session.output_transcript.delta","delta":" the"}"#)
        }
        guard left > 0 else { return (silence20, texts) }
        left -= 1
        // Half an answer, and silence.
        if manner == .breaksOff, left == Int(seconds * 25) {
            left = 0
            return (silence20, texts + [done(interrupted: true)])
        }
        if left == 0 { texts.append(done(interrupted: false)) }
        return (FakeAssistant.tone, texts)
    }

    private func done(interrupted: Bool) -> String {
        #"{"type":"session.output_transcript.done","text":"\#(answer)","interrupted":\#(interrupted)}"#
    }

    private static let tone = (0..<320).map { Float(sin(Double($0) * 2 * .pi / 32)) * 0.2 }
    private let silence20 = [Float](repeating: 0, count: 320)
}

/// Holds a scene with an assistant, in steps of 20 ms.
enum Rehearsal {
    static func log(_ scene: Scene, _ assistant: FakeAssistant) throws -> TalkLog {
        let clips = scene.turns.map { turn -> Clip? in
            switch turn.act {
            case .wait: nil
            case .say(let text, let hesitation):
                hesitation.map { speech(Double(text.count) * 0.1).hesitating($0) } ?? speech(Double(text.count) * 0.1)
            case .sound(_, let seconds, _, _): speech(seconds)
            }
        }
        var caller = try Caller(scene, clips: clips, seed: 1), packets = 0
        while let packet = try caller.packet(at: Double(packets) * 0.02) {
            packets += 1
            let (pcm, texts) = assistant.step(packet), now = Double(packets) * 0.02
            texts.forEach { caller.text($0, at: now) }
            caller.received(pcm, at: now)
        }
        return caller.result
    }

    static func rows(_ suite: Suite, _ scene: Scene, _ assistant: FakeAssistant) throws -> [Row] {
        try Judge(suite: suite, scene: scene, log: log(scene, assistant)).rows
    }

    /// Noise at -20 dBFS stands for a voice.
    static func speech(_ seconds: Double) -> Clip {
        var random = Random(seed: 7)
        return Clip(Signal.level((0..<Int(seconds * 16_000)).map { _ in random.normal() }, -20))
    }

    static func scene(_ turns: [SceneTurn]) -> Scene {
        Scene(id: "test/1", group: "noise", voice: Voice(.flite, "none"), floor: -80, turns: turns)
    }
}

extension SceneTurn {
    /// A text of ten letters lasts a second.
    static func request(_ text: String = "0123456789", after: Double = 0.8) -> SceneTurn {
        SceneTurn(
            .say(text, nil), role: .request, kind: "sum", slot: true, expect: ["the answer is seven"],
            when: .after(after))
    }
}
