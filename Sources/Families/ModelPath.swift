// Finds the default model, and the weights of a model.

internal import Basics
public import Foundation

public enum ModelPath {
    public static let standard = "Models/duet-mini"

    /// `path`, or the same path inside the package that the executable was built in.
    public static func find(_ path: String) -> String {
        let config = "/config.json"
        return String(PackagePath.find(path + config).dropLast(config.count))
    }

    /// Bytes of the weights in a model's folder, and when the last of them was changed; nil if there are none.
    public static func weights(in directory: String) -> (bytes: Int, modified: Date?) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        let files = names.filter { $0.hasSuffix(".safetensors") }.compactMap {
            try? FileManager.default.attributesOfItem(atPath: directory + "/" + $0)
        }
        return (
            files.reduce(0) { $0 + ($1[.size] as? Int ?? 0) }, files.compactMap { $0[.modificationDate] as? Date }.max()
        )
    }
}
