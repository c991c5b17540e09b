// What a Realtime session has told its mind, and what it is still to tell it.

internal import Basics

/// Instructions, tools and history on their way to the mind, if there is one.
struct RealtimeMind {
    /// Calls whose result may still come. Beyond this number the oldest are forgotten.
    private static let callsMax = 64
    /// A typed message to which no response was requested for so long is history.
    private static let typedMilliseconds: Int64 = 400

    var exists = false
    /// What it was configured with, and whether that belongs to the present response alone.
    private var setup = MindSetup(), isOverridden = false
    private var calls: [String] = []
    /// Whether a tool has returned since the last request for a response.
    private var hasResult = false
    /// A request for a response that waits for the end of the present one.
    private var postponed: JSONText?
    /// When the last message was typed that it has not been told.
    private var typed: Int64?

    // MARK: Setup

    /// The session's settings have changed, or the response is over that had its own.
    mutating func configure(_ new: MindSetup, isIdle: Bool) -> [ClientAction] {
        guard exists, isIdle || !isOverridden else { return [] }
        isOverridden = false
        return give(new)
    }

    /// The next response has settings of its own.
    mutating func override(_ new: MindSetup) -> [ClientAction] {
        guard exists else { return [] }
        isOverridden = true
        return give(new)
    }

    private mutating func give(_ new: MindSetup) -> [ClientAction] {
        guard new != setup else { return [] }
        setup = new
        return [.configure(new)]
    }

    // MARK: Tools

    mutating func called(_ id: String) {
        calls.append(id)
        if calls.count > Self.callsMax { calls.removeFirst() }
    }

    /// Whether the mind called such a tool, and it has not returned.
    func awaits(_ id: String) -> Bool { calls.contains(id) }

    /// A tool has returned. Whether it is one that the mind called and that has not returned yet.
    mutating func returned(_ id: String) -> Bool {
        hasResult = true
        guard let index = calls.firstIndex(of: id) else { return false }
        calls.remove(at: index)
        return true
    }

    // MARK: Responses

    /// Keeps a request that speaks of a tool's result until the present response is over. False if that is not what it does.
    mutating func postpone(_ request: JSONText) -> Bool {
        guard exists, hasResult, postponed == nil else { return false }
        postponed = request
        return true
    }

    mutating func takePostponed() -> JSONText? {
        defer { postponed = nil }
        return postponed
    }

    /// A response was requested: it is to take account of everything so far. Returns whether it speaks of a tool's result.
    mutating func asked() -> Bool {
        defer { (hasResult, typed) = (false, nil) }
        return hasResult
    }

    // MARK: Messages

    mutating func typed(at position: Int64) { typed = position }

    /// Whether what was typed has become history.
    mutating func tellsTyped(at position: Int64) -> Bool {
        guard let typed, position - typed >= Self.typedMilliseconds else { return false }
        self.typed = nil
        return true
    }
}
