// A precision as an option's value.

public import ArgumentParser
public import Kernels

extension Precision: ExpressibleByArgument {}
