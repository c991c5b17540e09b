// The targets: every parser that reads what others wrote. Adding one is a line here and a folder of examples.

import Foundation

@testable import Dialogue
@testable import Evaluation
@testable import Families
@testable import Language
@testable import Sockets
@testable import Transformer
@testable import Wire

/// A reader of any bytes.
struct FuzzTarget: Sendable {
    let name: String
    let read: @Sendable ([UInt8]) -> Void

    static let all: [FuzzTarget] =
        WireProtocols.all.filter { $0.path != "/realtime" }.map { entry in
            FuzzTarget(name: entry.name) { FuzzConversation.hold(entry, $0) }
        } + [
            FuzzTarget(name: "clients", read: FuzzClients.read), FuzzTarget(name: "ogg", read: FuzzAudio.ogg),
            FuzzTarget(name: "opus", read: FuzzAudio.opus), FuzzTarget(name: "json", read: FuzzText.json),
            FuzzTarget(name: "http", read: FuzzRequest.read), FuzzTarget(name: "parameters", read: FuzzText.parameters),
            FuzzTarget(name: "text", read: FuzzText.spoken),
            FuzzTarget(name: "tensors", read: FuzzModel.tensors), FuzzTarget(name: "model", read: FuzzModel.config),
            FuzzTarget(name: "wav", read: FuzzAudio.wav), FuzzTarget(name: "gguf", read: FuzzLanguage.gguf),
            FuzzTarget(name: "calls", read: FuzzLanguage.calls), FuzzTarget(name: "answer", read: FuzzAnswer.read),
        ]
}
