// What is written for people and for machines.

import Foundation
import Testing

@testable import Evaluation

@Suite struct ReportTests {
    private func report() throws -> (Report, [Outcome]) {
        let scene = Rehearsal.scene([.request()])
        let outcome = Outcome(
            Job(suite: .turnTaking, scene: scene, picture: .always), try Rehearsal.log(scene, FakeAssistant(.polite)))
        var report = Report(model: "<model>", how: "one conversation")
        report.add(.turnTaking, [outcome])
        return (report, [outcome])
    }

    @Test func theTableNamesEverySuiteAndFigure() throws {
        let markdown = try report().0.markdown
        for part in [
            "| response latency, median | 8", "**turn-taking, 1 conversations**",
            "| right | 100.0 % | 20.7 to 100.0 | 1 |", "| latency, median | 8",
        ] {
            #expect(markdown.contains(part), "\(part)")
        }
    }

    @Test func theTableOfGoalsSaysWhatIsReached() {
        var report = Report(model: "m", how: "")
        report.sections = [
            Report.Section(
                title: "all", conversations: 1,
                figures: [
                    Figure("turn-taking.right.slot.group.awb", share: [true, true, true, false]),
                    Figure("turn-taking.right.slot.group.rms", share: [true]),
                    Figure("turn-taking.latency.median", quantile: 0.5, of: [0.33]),
                    Figure("degraded.difference.condition.SNR 10 dB", -0.05, .difference, n: 9),
                    Figure("stop.right", share: [true, false]),
                    Figure("unknown.wrong-answer", share: []),
                ])
        ]
        let rows = Dictionary(uniqueKeysWithValues: report.goals.dropFirst().map { ($0[0], Array($0.dropFirst())) })
        #expect(rows.count == 4)
        #expect(
            rows["the same, synthesizers never trained on (flite awb, rms)"] == [
                "80.0 %", "5", "80.0 %", "95.0 %", "✓",
            ])
        #expect(rows["response latency, median"] == ["330 ms", "1", "320 ms", "200 ms", "✗"])
        #expect(
            rows["accuracy at 10 dB SNR, against clean"] == ["-5.0 points", "9", "-8.0 points", "-3.0 points", "✓"])
        #expect(rows["stop, go on, say that again: right"] == ["50.0 %", "2", "", "", ""])
    }

    @Test func thePanelStandsBesideThePublishedSystems() throws {
        var (report, _) = try report()
        report.addInteraction()
        // One conversation is fewer than ten.
        #expect(report.panelTables[0].first { $0[0].hasPrefix("R_R") }?[1...3] == ["–", "", "1"])
        #expect(report.planes.isEmpty && report.markdown.contains("| gpt-realtime-1.5 | 1.39 s |"))
        let row = report.rows[0]
        report.rows = (0..<12).map { _ in row }
        report.sections.removeLast()
        report.addInteraction()
        #expect(report.panelTables[0].first { $0[0].hasPrefix("R_R") }?[1...3] == ["100.0 %", "75.7 to 100.0", "12"])
        #expect(report.panelTables[0].first { $0[0].hasPrefix("L_R") }?[4] == "800 ms")
        #expect(report.panelComparison[1][0] == "<model> (here)" && report.panelComparison[1][1] == "0.82 s")
        #expect(report.html(pictures: []).contains("Both sides of the plane"))
    }

    @Test func theMutesPanelIsEmptyWithoutEvents() {
        var report = Report(model: "m", how: "")
        report.addInteraction()
        #expect(report.sections.isEmpty && report.panelTables.isEmpty && report.panelComparison.isEmpty)
    }

    @Test func aConversationThatBrokeOffIsNamedAndNotJudged() {
        var report = Report(model: "m", how: "")
        let scene = Rehearsal.scene([.request()])
        report.add(
            .turnTaking, [Outcome(Job(suite: .turnTaking, scene: scene, picture: .always), TalkLog(failure: "gone"))])
        #expect(report.rows.isEmpty && report.failures == ["test/1: gone"])
        #expect(report.markdown.contains("Broken off: test/1: gone"))
    }

    @Test func theFolderHasEverythingAndThePageIsSafe() throws {
        let folder = NSTemporaryDirectory() + "duet-report-\(ProcessInfo.processInfo.processIdentifier)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (report, outcomes) = try report()
        try report.write(to: folder, outcomes: [outcomes])
        let page = try String(contentsOfFile: folder + "/index.html", encoding: .utf8)
        #expect(page.contains("&lt;model&gt;") && !page.contains("<model>") && page.contains("GPT-Realtime"))
        #expect(!page.contains("http://") || !page.contains("src="), "the page needs nothing else")
        #expect(FileManager.default.fileExists(atPath: folder + "/timelines/test-1.svg"))
        let json = try JSONDecoder().decode(
            Report.self, from: Data(contentsOf: URL(fileURLWithPath: folder + "/report.json")))
        #expect(json.rows.count == 1 && json.figures.count == report.figures.count)
    }

    @Test func spokenAnswersAreCutWhereTheyAreHeardAndKnowTheirSlices() throws {
        let (_, outcomes) = try report()
        let answer = try #require(outcomes[0].answers.first)
        #expect(answer.text == "the answer is seven")
        #expect(abs(Double(answer.samples.count) / 16_000 - 2.15) < 0.03)
        // The recording begins with 40 ms of waiting for the first packet; slices count from there.
        #expect((0..<1280).contains(answer.sliceStart))
    }

    @Test func gapsInsideSpeechAreCounted() {
        let voice = [Float](repeating: 0.2, count: 3200)
        func silence(_ seconds: Double) -> [Float] { [Float](repeating: 0, count: Int(seconds * 16_000)) }
        #expect(OutputQuality.gaps(voice + silence(0.02) + voice) == 1)
        #expect(OutputQuality.gaps(voice + silence(0.009) + voice) == 0)
        #expect(OutputQuality.gaps(silence(1) + voice + silence(1)) == 0)
    }
}
