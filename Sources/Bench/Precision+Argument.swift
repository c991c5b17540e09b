// Lets a precision or a kernel candidate be the value of an option.

public import ArgumentParser
public import Kernels

extension Precision: ExpressibleByArgument {}

extension ProductCandidate: ExpressibleByArgument {
    static let names = allCases.map(\.rawValue).joined(separator: ", ")
}
