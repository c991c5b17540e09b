// The kernels that run are the fastest that were measured, and the widest of those that are as fast.

import CKernels
import Testing

@testable import Kernels

@Suite struct KernelChoiceTests {
    @Test func aCloseRaceIsTheWidests() {
        #expect(KernelTable.fastest([300, 200, 100]) == 2)
        #expect(KernelTable.fastest([100, 200, 109]) == 2)
        #expect(KernelTable.fastest([100, 200, 111]) == 0)
        #expect(KernelTable.fastest([200, 100, 111]) == 1)
        #expect(KernelTable.fastest([5]) == 0)
    }
}
