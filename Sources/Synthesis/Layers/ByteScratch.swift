// Memory for converted rows that a stage writes anew in every step.

/// Bytes that grow to what is asked for and keep their place until they have to grow. Aligned to a cache line.
final class ByteScratch {
    private var bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 64, alignment: 64)

    deinit { bytes.deallocate() }

    /// Room for `count` bytes of any value.
    func room(_ count: Int) -> UnsafeMutableRawPointer {
        if bytes.count < count {
            bytes.deallocate()
            bytes = .allocate(byteCount: count + count / 4, alignment: 64)
        }
        return bytes.baseAddress!
    }
}
