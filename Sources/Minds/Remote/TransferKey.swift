// Which transfer of which session.

/// Both are numbers from 1; a session numbers its transfers.
struct TransferKey: Hashable, Sendable {
    let session: Int, transfer: Int
}
