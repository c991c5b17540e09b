// A session's history: what was heard, in order, and within limits.

import Basics
import Dialogue
import Testing

@testable import Minds

@Suite struct ChatHistoryTests {
    private let call = ToolCall(id: "1", name: "weather", arguments: "{}")

    private func make(_ change: (inout ChatHistory) -> Void) -> ChatHistory {
        var history = ChatHistory()
        change(&history)
        return history
    }

    @Test func theUsersWordsGatherUntilTheyAreAnswered() {
        let history = make {
            $0.hear(" what is")
            $0.hear(" the time")
            $0.begin(1)
            $0.say("It is", in: 1)
            $0.hear(" now")
            $0.say(" five.", in: 1)
            $0.begin(2)
        }
        #expect(history.entries == [.user("what is the time"), .assistant("It is five.", calls: []), .user("now")])
    }

    @Test func anAnswerIsCutToWhatWasHeard() {
        let history = make {
            $0.hear("hello")
            $0.begin(1)
            $0.say("Hello to you too.", in: 1)
            $0.cut(1, heard: "Hello to")
            $0.say(" Late words.", in: 1)
            $0.hear("stop")
            $0.begin(2)
            $0.say("Fine.", in: 2)
            $0.cut(1, heard: "another answer")
            $0.cut(2, heard: "")
        }
        #expect(history.entries == [.user("hello"), .assistant("Hello to", calls: []), .user("stop")])
    }

    @Test func callsStayBeforeTheirResultsHoweverLate() {
        let history = make {
            $0.hear("weather")
            $0.begin(1)
            $0.call(call, in: 1)
            $0.cut(1, heard: "")
            $0.hear("never mind")
            $0.begin(2)
            $0.say("Fine.", in: 2)
            $0.take(ToolResult(id: "1", output: "sunny"))
            $0.take(ToolResult(id: "2", output: "nobody asked"))
        }
        #expect(
            history.entries == [
                .user("weather"), .assistant("", calls: [ChatCall(call: call, output: "sunny")]), .user("never mind"),
                .assistant("Fine.", calls: []),
            ])
    }

    @Test func appendedMessagesFollowTheAnswerInProgress() {
        let history = make {
            $0.append(.user("typed"))
            $0.begin(1)
            $0.append(.system("be brief"))
            $0.append(.call(call))
            $0.append(.call(call))
            $0.append(.result(ToolResult(id: "1", output: "x")))
            $0.say("Hello.", in: 1)
            $0.begin(2)
        }
        #expect(
            history.entries == [
                .user("typed"), .assistant("Hello.", calls: []), .system("be brief"),
                .assistant("", calls: [ChatCall(call: call, output: "x"), ChatCall(call: call)]),
            ])
    }

    @Test func theOldestTurnsGo() {
        var history = ChatHistory()
        for number in 1...300 {
            history.hear("question \(number)")
            history.begin(number)
            history.say("answer \(number)", in: number)
        }
        // The last answer is still in progress.
        #expect((ChatHistory.entriesMax - 1...ChatHistory.entriesMax + 1).contains(history.entries.count))
        #expect(history.entries.first?.isUser == true)
        #expect(history.entries.last == .assistant("answer 300", calls: []))
    }

    @Test func bytesHaveALimit() {
        var history = ChatHistory()
        for number in 1...20 {
            history.hear("question \(number)")
            history.begin(number)
            history.say(String(repeating: "x", count: 10_000), in: number)
        }
        history.begin(21)
        let bytes = history.entries.reduce(0) { $0 + $1.bytes }
        #expect((ChatHistory.bytesMax - 10_020...ChatHistory.bytesMax).contains(bytes))
        #expect(history.entries.first?.isUser == true)
    }

    @Test func oneMessageHasALimit() {
        let long = String(repeating: "é", count: ChatHistory.messageBytesMax)
        var history = ChatHistory()
        history.append(.user(long))
        history.hear(long)
        history.hear(" the end")
        history.begin(1)
        guard case .user(let typed)? = history.entries.first, case .user(let spoken)? = history.entries.last else {
            Issue.record("\(history.entries.count) entries")
            return
        }
        #expect(typed == String(repeating: "é", count: ChatHistory.messageBytesMax / 2) + " …")
        #expect(spoken.hasSuffix("é the end"))
        #expect(spoken.utf8.count <= ChatHistory.messageBytesMax)
    }

    @Test func messagesWithoutEndAreDropped() {
        var history = ChatHistory()
        history.begin(1)
        for number in 0..<1000 { history.append(.system("\(number)")) }
        #expect(history.entries.count <= ChatHistory.entriesMax)
        #expect(history.entries.last == .system("999"))
    }
}
