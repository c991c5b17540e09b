// A head of the decoder's attention to the speech.

struct AlignmentHead: Hashable, Sendable {
    var layer, head: Int
}
