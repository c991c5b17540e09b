// What libFuzzer calls (docs/fuzzing.md). Scripts/fuzz alone builds it.

import Foundation

/// Reads `data` as the target of the environment's DUET_FUZZ_TARGET would.
@_cdecl("LLVMFuzzerTestOneInput") public func fuzzOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    Fuzz.target.read(Array(UnsafeBufferPointer(start: data, count: count)))
    return 0
}

enum Fuzz {
    static let target: FuzzTarget = {
        let name = ProcessInfo.processInfo.environment["DUET_FUZZ_TARGET"] ?? ""
        guard let target = FuzzTarget.all.first(where: { $0.name == name }) else {
            let names = FuzzTarget.all.map(\.name).joined(separator: " ")
            fatalError("DUET_FUZZ_TARGET is one of \(names), not \"\(name)\"")
        }
        return target
    }()

    /// Ends the program where something is not as it should be, whatever is being read.
    static func expect(_ condition: Bool, _ message: @autoclosure () -> String) {
        if !condition { fatalError(message()) }
    }
}

/// A file without a name, for readers that take a path.
enum FuzzFile {
    private static let file: CInt = {
        var name = Array("/tmp/duet-fuzz-XXXXXX".utf8CString)
        let file = mkstemp(&name)
        Fuzz.expect(file >= 0, "no temporary file")
        unlink(name)
        return file
    }()
    static let path = "/proc/self/fd/\(file)"

    static func write(_ bytes: [UInt8]) {
        Fuzz.expect(ftruncate(file, 0) == 0, "the file cannot be cut")
        Fuzz.expect(pwrite(file, bytes, bytes.count, 0) == bytes.count, "the file cannot be written")
    }
}
