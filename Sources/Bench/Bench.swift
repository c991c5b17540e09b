// `duet bench`: what this machine can do, and how much of it Duet uses.

public import ArgumentParser

public struct Bench: ParsableCommand {
    public static let configuration = CommandConfiguration(
        abstract: "Measure kernels, decoding, slices and whole conversations on this machine.",
        discussion: "Kernels, decoding and slices: processor time of one thread, medians.",
        subcommands: [
            BenchKernels.self, BenchDecode.self, BenchSlice.self, BenchSessions.self, BenchOverload.self,
            BenchCodec.self, BenchMind.self, BenchEar.self,
        ])

    public init() {}
}
