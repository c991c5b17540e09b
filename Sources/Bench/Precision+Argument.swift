// Lets a precision or a kernel candidate be the value of an option.

public import ArgumentParser
public import Kernels

extension Precision: ExpressibleByArgument {
    /// The value of an option that names a precision for cached keys and values.
    @Sendable public static func forCaches(_ name: String) throws -> Precision {
        guard let precision = Precision(rawValue: name), precision.isForCaches else {
            throw ValidationError("\(name) is no precision for caches; there are \(cacheNames)")
        }
        return precision
    }
}

extension ProductCandidate: ExpressibleByArgument {
    static let names = allCases.map(\.rawValue).joined(separator: ", ")
}
