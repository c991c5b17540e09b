// A precision, or a candidate, as an option's value.

public import ArgumentParser
public import Kernels

extension Precision: ExpressibleByArgument {}
extension CachePrecision: ExpressibleByArgument {}
extension ProductCandidate: ExpressibleByArgument {}
