// Reads the body of a successful response: an answer, streamed or whole.

internal import Basics
internal import Dialogue
internal import Wire

/// An answer in the making. Nothing is read after its end.
struct ChatReply: Sendable {
    /// Of words and arguments together; a longer answer is given up.
    static let textBytesMax = 64 << 10
    static let callsMax = 16
    /// Of an answer in one piece.
    private static let wholeBytesMax = 1 << 20

    private enum Form { case unknown, events, whole }

    private var form = Form.unknown
    private var stream = EventStream()
    private var whole: [UInt8] = []
    private var marks = MarkFilter()
    private var calls: [CallPiece] = []
    private var textBytes = 0
    /// Why it ends, once a chunk has said so.
    private var finish: String?
    private(set) var isComplete = false
    /// Words or calls have come.
    private(set) var hasBegun = false
    /// Number of events so far; comments are none.
    private(set) var events = 0

    /// Reads the next piece of the body, and appends what it says. What was appended before an error stands.
    mutating func read(_ piece: some Collection<UInt8>, into parts: inout [ReplyPart]) throws(MindFailure) {
        guard !isComplete else { return }
        // Some servers answer with one JSON object, whatever was asked for. An event stream never begins with a brace.
        if form == .unknown, let first = piece.first(where: { !" \t\r\n".utf8.contains($0) }) {
            form = first == UInt8(ascii: "{") ? .whole : .events
        }
        guard form == .whole else { return try readEvents(piece, &parts) }
        guard whole.count + piece.count <= Self.wholeBytesMax else { throw .tooMuch("an answer above 1 MiB") }
        whole += piece
    }

    /// The body has ended as it should.
    mutating func close(into parts: inout [ReplyPart]) throws(MindFailure) {
        if form == .whole { try take(String(decoding: whole, as: UTF8.self), &parts) }
        guard !isComplete else { return }
        guard form != .whole || finish != nil || hasBegun else { throw Self.notAnAnswer }
        if form == .whole { return try complete(&parts) }
        if events == 0 { throw Self.notAnAnswer }
        throw .brokeOff
    }

    private static let notAnAnswer = MindFailure(
        .malformed, "The mind's server sent something other than chat completions; is its address right?")

    private mutating func readEvents(_ piece: some Collection<UInt8>, _ parts: inout [ReplyPart]) throws(MindFailure) {
        var found: [String] = [], fault: MindFailure?
        do { try stream.read(piece, into: &found) } catch { fault = error }
        for data in found where !isComplete {
            events += 1
            if data == "[DONE]" { try complete(&parts) } else { try take(data, &parts) }
        }
        if let fault, !isComplete { throw fault }
    }

    private mutating func take(_ data: String, _ parts: inout [ReplyPart]) throws(MindFailure) {
        let chunk = try ChatChunk(data)
        textBytes += chunk.text.utf8.count + chunk.calls.reduce(0) { $0 + $1.name.utf8.count + $1.arguments.utf8.count }
        guard textBytes <= Self.textBytesMax else { throw .tooMuch("an answer above \(Self.textBytesMax >> 10) KiB") }
        hasBegun = hasBegun || !chunk.text.isEmpty || !chunk.calls.isEmpty
        Self.append(marks.read(chunk.text), to: &parts)
        for piece in chunk.calls { try add(piece) }
        finish = chunk.finish ?? finish
        if chunk.finish != nil { try complete(&parts) }
    }

    private mutating func add(_ piece: CallPiece) throws(MindFailure) {
        if let place = place(of: piece) {
            // Some servers send the name with every piece.
            if calls[place].name.isEmpty { calls[place].name = piece.name }
            calls[place].arguments += piece.arguments
        } else {
            guard calls.count < Self.callsMax else {
                throw .tooMuch("more than \(Self.callsMax) tool calls in one answer")
            }
            calls.append(piece)
        }
    }

    /// Which call it continues; nil if it begins one.
    private func place(of piece: CallPiece) -> Int? {
        if piece.index != nil { return calls.firstIndex { $0.index == piece.index } }
        if !piece.id.isEmpty { return calls.firstIndex { $0.id == piece.id } }
        return piece.name.isEmpty ? calls.indices.last : nil
    }

    private mutating func complete(_ parts: inout [ReplyPart]) throws(MindFailure) {
        Self.append(marks.finish(), to: &parts)
        if finish == "content_filter" {
            throw MindFailure(.refused, "The mind's server withholds the answer (content filter).")
        }
        for call in calls { parts.append(.call(name: call.name, arguments: try Self.arguments(of: call))) }
        parts.append(.end(calls.isEmpty ? marks.end : .calls))
        isComplete = true
    }

    private static func append(_ words: String, to parts: inout [ReplyPart]) {
        if !words.isEmpty { parts.append(.words(words)) }
    }

    /// Some servers send nothing for a function without parameters.
    private static func arguments(of call: CallPiece) throws(MindFailure) -> String {
        let isEmpty = call.arguments.allSatisfy(\.isWhitespace)
        let name = ServerMessage.clean(call.name)
        guard !call.name.isEmpty, isEmpty || (try? JSONReader.object(call.arguments)) != nil else {
            throw MindFailure(
                .malformed, "The mind called the tool “\(name)” with arguments that are not a JSON object.")
        }
        return isEmpty ? "{}" : call.arguments
    }
}

extension MindFailure {
    static let brokeOff = MindFailure(
        .unreachable, "The connection to the mind's server broke off in the middle of an answer.")
}
