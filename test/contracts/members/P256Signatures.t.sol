// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";
import {P256Signatures} from "../../../contracts/members/P256Signatures.sol";
import {vm} from "../Vm.sol";

/// @notice P256Signatures against OpenZeppelin's P256, which computes on the curve.
contract P256SignaturesTest {
    uint256 private constant FIELD = P256.P;

    function test_ThePrecompileIsThere() public view {
        vm.assertTrue(P256Signatures.isSupported(), "supported");
    }

    function testFuzz_GenuineSignaturesHold(bytes32 hash, uint128 secret) public view {
        (bytes32 r, bytes32 s, bytes32 x, bytes32 y) = _signed(hash, uint256(secret) + 1);
        vm.assertTrue(P256Signatures.verify(hash, r, s, x, y), "genuine");
        vm.assertTrue(P256.verifySolidity(hash, r, s, x, y), "on the curve");
        bytes32 high = bytes32(P256.N - uint256(s));
        vm.assertTrue(!P256Signatures.verify(hash, r, high, x, y), "high s");
        vm.assertTrue(!P256Signatures.verify(~hash, r, s, x, y), "another hash");
    }

    /// @notice One of the five words becomes a number that is on the edge of something, or any other.
    function testFuzz_AlteredSignaturesAreJudgedAlike(
        bytes32 hash,
        uint256 place,
        uint256 edge,
        bytes32 any
    ) public view {
        bytes32[5] memory words;
        words[0] = hash;
        (words[1], words[2], words[3], words[4]) = _signed(hash, 7);
        uint256[9] memory edges = [
            0,
            1,
            P256.N / 2,
            P256.N / 2 + 1,
            P256.N - 1,
            P256.N,
            FIELD,
            type(uint256).max,
            uint256(any)
        ];
        place %= 5;
        words[place] =
            edge % 10 == 9 ? bytes32(FIELD - uint256(words[place] >> 1)) : bytes32(edges[edge % 9]);
        bool ours = P256Signatures.verify(words[0], words[1], words[2], words[3], words[4]);
        bool theirs = P256.verifySolidity(words[0], words[1], words[2], words[3], words[4]);
        vm.assertTrue(ours == theirs, "altered");
    }

    function _signed(
        bytes32 hash,
        uint256 secret
    ) private pure returns (bytes32 r, bytes32 s, bytes32 x, bytes32 y) {
        (r, s) = vm.signP256(secret, hash);
        if (uint256(s) > P256.N / 2) s = bytes32(P256.N - uint256(s));
        (uint256 px, uint256 py) = vm.publicKeyP256(secret);
        (x, y) = (bytes32(px), bytes32(py));
    }
}
