// JSON: what is read, what is refused, what is written.

import Foundation
import Testing

@testable import Wire

@Suite struct JSONReaderTests {
    /// The value as JSON, or why there is none.
    private func meaning(_ value: String) -> String {
        do throws(JSONFailure) {
            return try JSONReader.object(#"{"v":"# + value + "}")["v"]?.description ?? "null"
        } catch { return "\(error)" }
    }

    @Test func whatIsReadIsWrittenTheSame() {
        for value in [
            "0", "-0", "7", "-12", "999999999999999999", "9223372036854775807", "-9223372036854775808", "0.5", "-1.25",
            "true", "false", "null", "[]", "{}", #"["a",[1,{"b":[]}]]"#, #""""#, #""a/b""#, #""é👩‍👩‍👧‍👦""#,
            #""\"\\\n\r\t\u0001\u001f""#,
        ] { #expect(meaning(value) == (value == "-0" ? "0" : value)) }
        for (value, meaning) in [
            ("1e2", "100.0"), ("1E+2", "100.0"), ("25e-1", "2.5"), ("1.0", "1.0"),
            ("18446744073709551615", "1.8446744073709552e+19"), (#""\u0041\/\b\f""#, #""A/\u0008\u000c""#),
            (#""\ud83d\ude00""#, "\"😀\""), (#""\ud83d""#, "\"\u{fffd}\""), (#""\ude00x""#, "\"\u{fffd}x\""),
            (#""\ud83d\u0041""#, "\"\u{fffd}A\""), (#""\ud83d\ud83d\ude00""#, "\"\u{fffd}😀\""),
            (" [ 1 , 2 ] ", "[1,2]"),
            ("\n{ \"a\" :\t1 }\r", #"{"a":1}"#),
        ] { #expect(self.meaning(value) == meaning) }
    }

    @Test func whatIsNoJSONIsRefused() {
        for value in [
            "", "01", "-", "+1", ".5", "1.", "1e", "1e+", "0x1", "NaN", "Infinity", "tru", "nul", "True", "'a'", "a",
            "[1,]", "[,1]", "[1 2]", "[", "]", "{", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{a:1}"#, #"{1:2}"#, "\"",
            #""\"#,
            #""\x""#, #""\u00g0""#, #""\u12""#, "\"\n\"", "\"\u{0}\"", "1 2", "/**/1", "\u{feff}1", "\u{a0}1",
        ] { #expect(meaning(value) == "notJSON", "\(value)") }
        for text in ["", " ", "[]", "7", "\"a\"", "null", "{}x", "{} {}", "{},"] {
            #expect(throws: JSONFailure.notJSON) { _ = try JSONReader.object(text) }
        }
    }

    @Test func theLastOfFieldsWithOneNameCounts() throws {
        let object = try JSONReader.object(#"{"a":1,"b":2,"a":"x","\u0062":null}"#)
        #expect(object["a"]?.text == "x" && object["b"] == nil && object["c"] == nil)
    }

    @Test func bothSidesOfEveryLimit() {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        func list(_ count: Int) -> String {
            "[" + Array(repeating: "1", count: count).joined(separator: ",") + "]"
        }
        // The object around the value is one level, and one value; the list another.
        #expect(meaning(nested(JSONReader.depthMax - 1)) == nested(JSONReader.depthMax - 1))
        #expect(meaning(nested(JSONReader.depthMax)) == "tooDeep")
        #expect(meaning(list(JSONReader.valuesMax - 2)) == list(JSONReader.valuesMax - 2))
        #expect(meaning(list(JSONReader.valuesMax - 1)) == "tooMany")
        let digits = String(repeating: "7", count: 308)
        #expect(meaning(digits) == "7.777777777777778e+307" && meaning(digits + "7777") == "number")
        #expect(meaning("1e308") == "1e+308" && meaning("1e309") == "number" && meaning("-1e999") == "number")
        let fraction = "0." + String(repeating: "7", count: JSONReader.numberBytesMax - 2)
        #expect(meaning(fraction) == "0.7777777777777778" && meaning(fraction + "7") == "number")
    }

    /// Cut off anywhere, or with any byte changed, a message is what Foundation takes it for.
    @Test func damagedMessagesAreReadAsFoundationReadsThem() throws {
        let text = #"{"a":[1,-2.5e3,true,null,"x\n\u00e9\\é"],"b":{"c":"","d":false}, "e":0}"#
        for at in 0..<text.utf8.count {
            #expect(throws: JSONFailure.self) {
                _ = try JSONReader.object(String(decoding: text.utf8.prefix(at), as: UTF8.self))
            }
            for other in "\"\\{}[]:,x 0-.eu\n".utf8 {
                var bytes = Array(text.utf8)
                bytes[at] = other
                let damaged = String(decoding: bytes, as: UTF8.self)
                let ours = try? JSONReader.object(damaged)
                let theirs = try? JSONSerialization.jsonObject(with: Data(damaged.utf8)) as? NSDictionary
                #expect((ours == nil) == (theirs == nil), "\(damaged)")
                guard let ours, let theirs else { continue }
                let again = try JSONSerialization.jsonObject(with: Data(ours.description.utf8)) as? NSDictionary
                #expect(again == theirs, "\(damaged)")
            }
        }
    }

    @Test func aPlaceIsFoundWhereverItIs() {
        for count in 0..<40 {
            for special in [UInt8(0), 31, UInt8(ascii: "\""), UInt8(ascii: "\\")] {
                for place in 0..<count {
                    var bytes = (0..<count).map {
                        [0x20, 0x7f, 0x21, 0x23, 0x5b, 0x5d, 0xa2, 0xdc, 0xff][$0 % 9] as UInt8
                    }
                    bytes[place] = special
                    #expect(bytes.withUnsafeBufferPointer { JSONBytes.plainEnd($0, from: 0) } == place)
                    #expect(bytes.withUnsafeBufferPointer { JSONBytes.plainEnd($0, from: place + 1) } == count)
                }
            }
        }
    }
}
