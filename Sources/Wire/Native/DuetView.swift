// What a client of the native protocol sees of its session: the engine's events as messages, numbered, and kept for resuming.

internal import Audio
internal import Basics

/// A session from its client's point of view.
struct DuetView {
    private let clock: SliceClock
    private let input: AudioFormat
    private var output: NumberedAudio
    private let sendsDecisions: Bool
    /// If there is one, events are kept: the client may resume.
    var ticket: ResumeTicket?
    private var texts = TextLog()
    /// Number of events when the connection was lost; nil while there is a connection.
    private var lostAt: Int?
    private var id = ""
    /// The session's length so far and that of a slice, in milliseconds.
    private(set) var position: Int64 = 0
    private var slice: Int64 { Int64(clock.sliceMilliseconds) }
    private var speaks = false
    /// Pieces of both transcripts in the present slice.
    private var think: String?, say: String?
    private var answer = PlayedText()
    /// Audio before this position has been played, in milliseconds; nil for a client that does not report it.
    var played: Int64?

    init(_ clock: SliceClock, input: AudioFormat, output: NumberedAudio, sendsDecisions: Bool) {
        (self.clock, self.input, self.output, self.sendsDecisions) = (clock, input, output, sendsDecisions)
    }

    var framing: NumberedAudio.Framing { output.framing }

    mutating func encode(_ event: ServerEvent, into messages: inout [WireMessage]) {
        switch event {
        case .audio(let samples): return appendAudio(samples, into: &messages)
        case .started(let id, let model):
            self.id = id
            let started = DuetMessages.started(
                id, model, clock.sliceMilliseconds, (input, output.format, output.framing), ticket)
            return messages.append(.text(started))
        case .clock(let client, let server):
            return messages.append(.text(DuetMessages.clock(client, server, at: position)))
        case .closed: return messages.append(.text(DuetMessages.text(event, played: nil)))
        case .userText(let piece, _, _): think = piece
        case .assistantText(let piece, _, let end):
            say = piece
            answer.append(piece, sounds: end)
        case .speaking: speaks = true
        case .listening: speaks = false
        case .info(ServerEvent.overload, _, let milliseconds):
            position += milliseconds
            output.skip(milliseconds: milliseconds)
        case .userGuess, .latency, .userDone, .assistantDone, .interrupted, .call, .info, .goingAway: break
        }
        appendEvent(DuetMessages.text(event, played: playedText(of: event)), into: &messages)
        guard case .interrupted(let at) = event, framing == .header else { return }
        output.flush()
        appendEvent(DuetMessages.flush(output.epoch, at: at), into: &messages)
    }

    /// The played part of a finished answer. Nil unless it was interrupted.
    private mutating func playedText(of event: ServerEvent) -> String? {
        guard case .assistantDone(let text, let interrupted, _, _) = event else { return nil }
        let playedText = played.map { answer.take(played: $0) } ?? text
        answer.clear()
        return interrupted ? playedText : nil
    }

    private mutating func appendEvent(_ text: String, into messages: inout [WireMessage]) {
        messages.append(.text(text))
        if ticket != nil { texts.append(text, before: output.sequence) }
    }

    private mutating func appendAudio(_ samples: [Float], into messages: inout [WireMessage]) {
        if sendsDecisions {
            appendEvent(DuetMessages.decision(speaks: speaks, think: think, say: say, at: position), into: &messages)
        }
        (think, say) = (nil, nil)
        position += slice
        if lostAt == nil {
            output.encode(samples, speech: speaks, into: &messages)
        } else {
            output.omit(milliseconds: slice)
        }
    }

    // MARK: Resuming

    mutating func unsent() { output.lose() }

    mutating func lost() { lostAt = texts.count }

    mutating func resumed(after sequence: Int64?) -> [WireMessage] {
        guard let ticket else { return [] }
        let missed = sequence.map { texts.after($0) } ?? texts.since(lostAt ?? texts.count)
        lostAt = nil
        output.lose()
        let resumed = DuetMessages.resumed(id, ticket, at: position, replayed: missed.count)
        return [.text(resumed)] + missed.map { .text($0) }
    }
}
