// What a talk consists of.

internal import Basics

extension Talk {
    struct Entry: Hashable {
        var tokens: [Int32]
        /// Whether a turn begins here; turns are forgotten whole.
        var beginsTurn: Bool
        /// Ids of the tools' calls in it.
        var calls: [String] = []
    }

    /// An answer that is being written, or that is complete and provisional.
    struct Answer {
        var id: Int
        var isProvisional: Bool
        var tokens: [Int32] = []
        var text = ""
        var calls: [ToolCall] = []
        var reader: any AnswerReader
        var isDone = false
        /// Whether the model has no part in it.
        var isReflex = false
        /// What answers before the model, as it was before this answer.
        var reflexBefore: (any Reflex)?
    }
}
