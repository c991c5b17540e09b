// What a session asks of its mind, and has from it for its voice.

internal import Basics

extension MindTurn {
    enum Action: Hashable, Sendable {
        case ask(MindRequest)
        /// The voice says this next, a clause of the answer.
        case say(String)
        /// The voice will say this first if the provisional answer stands.
        case prepare(String)
        /// The answer has no more clauses.
        case sayNoMore
        /// The user has waited: the voice says a phrase that is no part of the conversation.
        case hold
        /// A tool is to be run.
        case call(ToolCall)
        /// There is no answer, for this reason.
        case fail(MindFailure)
        /// The mind has nothing to say to the user's turn.
        case decline
    }
}
