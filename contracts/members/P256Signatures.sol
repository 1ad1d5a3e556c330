// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Signatures on the curve P-256, by the precompile
/// @notice Decides as OpenZeppelin's P256.verify, which is its twin in the tests. That one brings the
/// curve along for chains without the precompile (EIP-7951, part of Osaka, as the instructions that
/// this is compiled to; RIP-7212 on rollups): two kilobytes, and at 300,000 gas a signature no use.
library P256Signatures {
    /// @dev Half the order of the curve, rounded down: of s and its negative one is above.
    uint256 private constant HALF_N =
        0x7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8;

    /// @notice Whether (r, s) is the signature of `hash` by the key (x, y), with low s. Reverts
    /// without data for want of gas. Without the precompile nothing is a signature.
    function verify(
        bytes32 hash,
        bytes32 r,
        bytes32 s,
        bytes32 x,
        bytes32 y
    ) internal view returns (bool valid) {
        if (uint256(s) > HALF_N) return false;
        assembly ("memory-safe") {
            let input := mload(0x40)
            mstore(input, hash)
            mstore(add(input, 0x20), r)
            mstore(add(input, 0x40), s)
            mstore(add(input, 0x60), x)
            mstore(add(input, 0x80), y)
            mstore(0, 0) // a refusal returns nothing at all
            // It judges the ranges of r, s, x and y, and whether (x, y) is on the curve. The call fails
            // for want of gas only.
            if iszero(staticcall(gas(), 0x100, input, 0xa0, 0, 0x20)) {
                revert(0, 0)
            }
            valid := eq(mload(0), 1)
        }
    }

    /// @notice Whether the precompile is there: it knows a signature that is one.
    function isSupported() internal view returns (bool) {
        // Of "123400", from C2SP Wycheproof, ecdsa_secp256r1_sha256_p1363_test.json.
        return
            verify(
                0xbb5a52f42f9c9261ed4361f59422a1e30036e7c32b270c8807a419feca605023,
                bytes32(uint256(5)),
                bytes32(uint256(1)),
                0xa71af64de5126a4a4e02b7922d66ce9415ce88a4c9d25514d91082c8725ac957,
                0x5d47723c8fbe580bb369fec9c2665d8e30a435b9932645482e7c9f11e872296b
            );
    }
}
