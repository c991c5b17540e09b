// swift-tools-version: 6.2
// Duet: full-duplex spoken conversations over websockets.
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

func library(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name + "Tests", dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

// The arrows of the design: data flows from Sockets to Families, and nobody imports upwards.
let package = Package(
    name: "duet",
    products: [.executable(name: "duet", targets: ["duet"])],
    dependencies: [.package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")],
    targets: [
        .systemLibrary(name: "CWebSockets", pkgConfig: "libwebsockets", providers: [.apt(["libwebsockets-dev"])]),
        .systemLibrary(name: "COpus", pkgConfig: "opus", providers: [.apt(["libopus-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .target(name: "CWebSocketsShim", dependencies: ["CWebSockets"]),
        .target(name: "COpusShim", dependencies: ["COpus"]),
        .target(name: "CCurlShim", dependencies: ["CCurl"]),
        .target(name: "CSystem"),
        .target(name: "CKernels"),
        library("Basics"),
        library("Dialogue", ["Basics"]),
        library("Audio", ["Basics", "COpus", "COpusShim"]),
        library("Wire", ["Basics", "Audio"]),
        library("Sockets", ["Basics", "Wire", "CWebSockets", "CWebSocketsShim", "CSystem"]),
        library("Kernels", ["Basics", "CKernels"]),
        library("Transformer", ["Basics", "Kernels"]),
        library("Language", ["Basics", "Kernels", "Transformer"]),
        library("Recognition", ["Basics", "Kernels", "Transformer", "Language"]),
        library("Floor", ["Basics", "Kernels", "Transformer"]),
        library("Spoken", ["Basics"]),
        library("Synthesis", ["Basics", "Kernels", "Spoken", "Transformer"]),
        library(
            "Families",
            [
                "Audio", "Basics", "Dialogue", "Spoken", "Transformer", "Kernels", "Floor", "Recognition", "Synthesis",
                "CSystem",
            ]),
        library(
            "Minds",
            ["Basics", "Dialogue", "Wire", "Language", "Kernels", "Transformer", "CCurl", "CCurlShim", "CSystem"]),
        library("Switchboard", ["Basics", "Dialogue", "Wire"]),
        library("Simulation", ["Basics", "Dialogue", "Audio", "Wire", "Switchboard"]),
        library("Evaluation", ["Basics", "Audio", "Wire", "Spoken"]),
        library(
            "Callers",
            ["Basics", "Audio", "Wire", "Dialogue", "Families", "Switchboard", "Simulation", "Evaluation", "CSystem"]),
        library(
            "Service",
            [
                "Basics", "Dialogue", "Audio", "Wire", "Sockets", "Switchboard", "Minds", "Families", "Kernels",
                "CSystem",
            ],
            resources: [.copy("Page")]),
        library(
            "EvaluationRuns",
            [
                "Basics", "Audio", "Dialogue", "Wire", "Families", "Minds", "Simulation", "Evaluation", "Callers",
                "Recognition", "Transformer",
            ]),
        library(
            "Bench",
            [
                "Basics", "Audio", "Dialogue", "Wire", "Families", "Transformer", "Language", "Kernels", "Minds",
                "Recognition", "Evaluation", "Callers", "CSystem", arguments,
            ]),
        .executableTarget(
            name: "duet",
            dependencies: [
                "Basics", "Dialogue", "Audio", "Wire", "Sockets", "Families", "Transformer", "Kernels", "Simulation",
                "Switchboard", "Minds", "Evaluation", "Service", "Callers", "EvaluationRuns", "Bench", "Synthesis",
                "Recognition", arguments,
            ],
            swiftSettings: strict),
        .target(name: "CAllocations", path: "Tests/CAllocations"),
        .target(
            name: "DuetTesting",
            dependencies: [
                "Basics", "Dialogue", "Evaluation", "Families", "Kernels", "Language", "Simulation", "Transformer",
            ],
            path: "Tests/DuetTesting", swiftSettings: strict),
        tests("Basics", ["Basics"]),
        tests("Dialogue", ["Dialogue", "Basics", "Simulation", "DuetTesting"]),
        tests("Audio", ["Audio", "Basics"]),
        tests("Wire", ["Wire", "Audio", "Basics", "CAllocations", "DuetTesting"]),
        tests("Sockets", ["Sockets", "Callers", "Wire", "Basics"]),
        tests("Kernels", ["Kernels", "CKernels", "Basics"]),
        tests("Transformer", ["Transformer", "Kernels", "Basics", "DuetTesting"]),
        tests("Minds", ["Minds", "Kernels", "Language", "Dialogue", "Basics", "DuetTesting"]),
        tests("Language", ["Language", "Transformer", "Kernels", "Basics", "DuetTesting"], exclude: ["Resources"]),
        tests("Recognition", ["Recognition", "Transformer", "Kernels", "Basics"], exclude: ["Resources"]),
        tests("Floor", ["Floor", "Transformer", "Kernels"], exclude: ["Resources"]),
        tests("Synthesis", ["Synthesis", "Kernels", "Transformer"], exclude: ["Resources"]),
        tests("Spoken", ["Spoken", "DuetTesting"], exclude: ["Resources"]),
        tests(
            "Families",
            ["Families", "Floor", "Dialogue", "Transformer", "Kernels", "Basics", "CAllocations", "DuetTesting"],
            exclude: ["Resources"]),
        tests("Switchboard", ["Switchboard", "Simulation", "Dialogue", "Audio", "Wire", "Basics"]),
        tests("Simulation", ["Simulation", "Dialogue", "Basics"]),
        tests("Evaluation", ["Evaluation", "Basics", "Wire"]),
        tests(
            "Callers",
            ["Callers", "Audio", "Basics", "Wire", "Families", "Simulation", "Evaluation", "DuetTesting"]),
        tests(
            "Service",
            [
                "Service", "Callers", "Audio", "Basics", "Dialogue", "Evaluation", "Families", "Kernels", "Simulation",
                "Minds", "Sockets", "Switchboard", "Wire", "DuetTesting",
            ]),
        tests("EvaluationRuns", ["EvaluationRuns", "Service", "Basics", "Evaluation", "Families", "DuetTesting"]),
        tests(
            "Bench",
            [
                "Bench", "Callers", "Basics", "Dialogue", "Evaluation", "Kernels", "Simulation", "Switchboard",
                "Transformer", "Wire", "DuetTesting", arguments,
            ]),
        tests(
            "Duet",
            [
                "duet", "Audio", "Bench", "Callers", "Evaluation", "EvaluationRuns", "Service", "Sockets",
                "DuetTesting", arguments,
            ]),
    ],
    cLanguageStandard: .gnu17
)

// Scripts/fuzz alone builds it, and links it with libFuzzer (docs/fuzzing.md).
if Context.environment["DUET_FUZZ"] != nil {
    package.products.append(.library(name: "DuetFuzz", type: .static, targets: ["DuetFuzz"]))
    package.targets.append(
        .target(
            name: "DuetFuzz",
            dependencies: [
                "Basics", "Dialogue", "Audio", "Wire", "Sockets", "Callers", "Transformer", "Language", "Families",
                "Minds", "Evaluation", "Spoken",
            ],
            path: "Tests/Fuzz", exclude: ["Corpus"], swiftSettings: strict))
}
