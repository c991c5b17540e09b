// A precision, or a candidate, as an option's value.

public import ArgumentParser
public import Kernels

extension Precision: ExpressibleByArgument {}

extension ProductCandidate: ExpressibleByArgument {
    static let names = allCases.map(\.rawValue).joined(separator: ", ")
}
