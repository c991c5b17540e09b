// Scripts that are read, and sentences about those that are not.

import Foundation
import Testing

@testable import Evaluation

@Suite struct ScriptTests {
    private static let voice = #""voice": {"synthesizer": "flite", "name": "awb", "stretch": 1.1}"#

    private func script(_ turns: String, suite: String = "turn-taking", format: Int = 1) throws -> Script {
        let scene = #"{"id": "a/1", "group": "awb", \#(Self.voice), "level": -24, "floor": -62, "turns": [\#(turns)]}"#
        return try Script(data: Data(#"{"format": \#(format), "suites": {"\#(suite)": [\#(scene)]}}"#.utf8))
    }

    @Test func everyKindOfTurnIsRead() throws {
        let turns = try script(
            """
            {"say": "how are you", "role": "recall", "kind": "how", "slot": true, "expect": ["fine"], "when": {"into": 1.5},
             "pause": {"at": 0.5, "seconds": 0.8}},
            {"say": "stop"}, {"sound": "noise", "seconds": 1.5, "level": -30}, {"wait": 600}
            """
        ).suites[.turnTaking]![0].turns
        #expect(turns.map(\.role) == [.recall, .request, .none, .none])
        #expect(turns[0].slot && turns[0].kind == "how" && turns[0].when == .into(1.5) && turns[0].expect == ["fine"])
        #expect(turns[1].when == .after(0.8) && turns[1].expect == nil)
        guard case .say(_, let pause?) = turns[0].act, case .wait(600) = turns[3].act else {
            Issue.record("turns misread")
            return
        }
        #expect(pause.seconds == 0.8)
    }

    @Test(arguments: ["duet-mini", "duet-1"]) func theBundledScriptsAreRead(_ model: String) throws {
        let script = try Script(
            path: #filePath.replacing(
                "Tests/EvaluationTests/ScriptTests.swift", with: "Models/\(model)/conversations.json"))
        let people = script.suites.filter(\.key.hasPeople)
        #expect(people.count == (model == "duet-1" ? 7 : 0) && script.suites.count >= 7)
        // Every conversation of people's has one of their recordings, and nobody else has.
        #expect(people.values.joined().allSatisfy { $0.turns.contains { $0.excerpt != nil } })
        let others = script.suites.filter { !$0.key.hasPeople }.values.joined()
        #expect(others.allSatisfy { $0.voice != nil && $0.turns.allSatisfy { $0.excerpt == nil } })
    }

    @Test func asidesSayWhoMakesThem() throws {
        let turns = try script(
            """
            {"sound": "cough", "seconds": 0.4, "level": -30, "role": "vocal-tic"}, {"say": "um", "role": "vocal-tic"},
            {"say": "not now", "role": "side-talk", "level": -35, "muffled": 2500, "room": 0.4,
             "voice": {"synthesizer": "flite", "name": "rms"}}
            """, suite: "side-talk"
        ).suites[.sideTalk]![0].turns
        #expect(turns.map(\.role) == [.vocalTic, .vocalTic, .sideTalk])
        #expect(
            !turns.contains(where: \.opensAnswer) && turns.map(\.interactionKind) == [.vocalTic, .vocalTic, .sideTalk])
        #expect(turns[2].speaker == Speaker(voice: Voice(.flite, "rms"), level: -35, muffled: 2500, room: 0.4))
        #expect(turns[1].speaker == Speaker())
    }

    @Test(arguments: [
        (#"{"say": "x", "level": 1}"#, "level is 1.0"), (#"{"say": "x", "room": 6}"#, "room is 6.0"),
        (#"{"say": "x", "muffled": 90}"#, "muffled is 90.0"),
        (#"{"sound": "bell", "seconds": 1}"#, "turns/0/sound"), (#"{"sound": "noise"}"#, "no \"seconds\""),
        (#"{"sound": "reversed", "seconds": 1}"#, "needs a text"), ("{}", "a turn has"),
        (#"{"say": ""}"#, "a turn has"),
        (#"{"wait": -1}"#, "a/1: turn 0: -1.0 seconds"),
        (#"{"say": "x", "pause": {"at": 2, "seconds": 1}}"#, "a pause at 2.0"),
        (#"{"say": "x", "role": "king"}"#, "role"), (#"{"say": "x", "when": {}}"#, "after"),
    ])
    func aWrongTurnIsNamedWithItsPlace(_ turn: String, _ part: String) {
        let error = #expect(throws: ScriptError.self) { try script(turn) }
        #expect(error?.description.contains(part) == true, "\(error?.description ?? "none")")
    }

    @Test func wrongFilesGetOneSentence() {
        #expect(throws: ScriptError.self) { try script("", suite: "jumping") }
        #expect(throws: ScriptError.self) { try script("", format: 2) }
        #expect(throws: ScriptError.self) { try Script(data: Data("nothing".utf8)) }
        let error = #expect(throws: ScriptError.self) { try Script(path: "/nonexistent.json") }
        #expect(error?.description == "/nonexistent.json cannot be read: name a file of conversations with --script")
    }

    @Test func limitsOfAConversationHoldOnBothSides() {
        func problem(_ change: (inout Scene) -> Void) -> String? {
            var scene = Rehearsal.scene([.request()])
            change(&scene)
            return scene.problem
        }
        #expect(problem { $0.channel = ChannelShape(opus: 6000, loss: 1) } == nil)
        #expect(problem { $0.channel = ChannelShape(opus: 5999) } == "opus is 5999.0, must be 6000.0 to 128000.0")
        #expect(problem { $0.channel = ChannelShape(loss: 1.1) } != nil)
        #expect(problem { $0.echo = EchoShape(gain: -10, delay: 0.02, room: 0) } == nil)
        #expect(problem { $0.echo = EchoShape(gain: -10, delay: 0.019, room: 0) } != nil)
        #expect(problem { $0.turns = [] } == "it has no turns")
    }

    @Test func twoConversationsOfOneNameAreRefused() {
        let scene =
            #"{"id": "a/1", "group": "awb", \#(Self.voice), "level": -24, "floor": -62, "turns": [{"wait": 1}]}"#
        let text = #"{"format": 1, "suites": {"stop": [\#(scene)], "echo": [\#(scene)]}}"#
        #expect(throws: ScriptError.self) { try Script(data: Data(text.utf8)) }
    }
}
