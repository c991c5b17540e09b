// Memory that a stage writes anew in every step.

internal import Kernels

/// A float32 array that grows to what is asked for and keeps its place until it has to grow.
final class Scratch {
    private var buffer = Buffer(count: 0)

    /// Room for `count` numbers of any value.
    func room(_ count: Int) -> UnsafeMutablePointer<Float> {
        if buffer.count < count { buffer = Buffer(count: count + count / 4) }
        return buffer.pointer
    }
}
