// What the log is told of a session when it is over.

import Basics
import Dialogue
import Simulation
import Testing
import Wire

@testable import Switchboard

@Suite struct SessionFiguresTests {
    private func report(_ worker: VirtualWorker) throws -> SessionReport { try #require(worker.reports.last) }

    @Test func aConversationIsCountedAndMeasured() throws {
        let worker = try VirtualWorker(model: FakeModel(slots: 1)), caller = try VirtualCaller(worker)
        for _ in 0..<2 {
            try caller.talk(1, level: 0.3)
            try caller.talk(2, level: 0)
        }
        caller.send(#"{"type":"session.close"}"#)
        let report = try report(worker), heard = caller.events.filter { $0["state"] as? String == "speaking" }
        #expect(report.protocolName == "duet" && report.remote == "virtual" && report.code == 1000)
        #expect(report.figures.answers == heard.count && heard.count > 0, "\(report)")
        #expect(report.figures.turns > 0)
        let median = try #require(report.figures.latencyMedian), most = try #require(report.figures.latencyMax)
        #expect(median > 0 && median <= most && most < 3, "\(report)")
    }

    @Test func whatTheClientHasSaidIsNoAnswerToWhatWasSaidBefore() throws {
        let worker = try VirtualWorker(model: FakeModel(slots: 1)), caller = try VirtualCaller(worker)
        try caller.talk(1, level: 0.3)
        caller.send(#"{"type":"session.say","text":"1 2 3"}"#)
        for _ in 0..<50 where !caller.events.contains(where: { $0["state"] as? String == "speaking" }) {
            try caller.talk(0.1, level: 0)
        }
        caller.send(#"{"type":"session.close"}"#)
        let report = try report(worker)
        #expect(report.figures.answers == 1 && report.figures.latencyMax == nil, "\(report)")
    }

    @Test func theCodeIsTheCloseFramesWhoeverSentIt() throws {
        func code(_ end: (VirtualCaller) -> Void) throws -> UInt16? {
            let worker = try VirtualWorker(model: FakeModel(slots: 1)), caller = try VirtualCaller(worker)
            end(caller)
            caller.wait(milliseconds: 40_000)
            return try report(worker).code
        }
        #expect(try code { $0.link.send(.close(code: 4001, reason: "")) } == 4001)
        #expect(try code { $0.link.cut() } == 1006)
        #expect(try code { $0.worker.stop() } == 1001)
        #expect(try code { caller in (0..<200).forEach { _ in caller.send(#"{"type":"session.interrupt"}"#) } } == 1008)
    }

    @Test func theMedianIsOfTheLastAnswersAndTheMaxOfAll() {
        var figures = SessionFigures()
        #expect(figures.latencyMedian == nil && figures.latencyMax == nil)
        figures.answered(after: 9)
        for _ in 0..<SessionFigures.latenciesMax { figures.answered(after: 0.2) }
        #expect(figures.latencyMedian == 0.2 && figures.latencyMax == 9)
        for _ in 0...SessionFigures.latenciesMax / 2 { figures.answered(after: 0.4) }
        #expect(figures.latencyMedian == 0.4)
    }
}
