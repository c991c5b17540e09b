// A precision, or a candidate, as an option's value.

public import ArgumentParser
public import Kernels

extension Precision: ExpressibleByArgument {
    /// What commands use when they are not told, of weights and of cached keys and values: the fastest that `duet eval` finds no worse than
    /// f32 (docs/benchmarks.md).
    static let standard = Precision.int8
    static let names = allCases.map(\.rawValue).joined(separator: ", ")
}

extension ProductCandidate: ExpressibleByArgument {
    static let names = allCases.map(\.rawValue).joined(separator: ", ")
}
