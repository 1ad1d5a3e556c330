// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Base64} from "@openzeppelin/contracts/utils/Base64.sol";
import {WebAuthn} from "@openzeppelin/contracts/utils/cryptography/WebAuthn.sol";
import {Base64Words} from "../../../contracts/members/Base64Words.sol";
import {Passkeys} from "../../../contracts/members/Passkeys.sol";
import {KeyKind, Member, Members} from "../coalition/Members.sol";
import {vm} from "../Vm.sol";

/// @notice Passkeys and Base64Words against OpenZeppelin's WebAuthn and Base64.
contract PasskeysTest {
    using Members for Member;

    /// @dev Bytes of the key before an assertion.
    uint256 private constant KEY_LENGTH = 64;

    function testFuzz_CharactersAreThoseOfBase64(uint192 data) public pure {
        bytes memory characters = bytes(Base64.encodeURL(abi.encodePacked(data)));
        vm.assertTrue(bytes32(characters) == Base64Words.encode(data), "characters");
    }

    function test_EveryCharacterInEveryPlace() public pure {
        for (uint256 shift; shift < 192; shift += 6) {
            for (uint256 digit; digit < 64; ++digit) {
                testFuzz_CharactersAreThoseOfBase64(uint192(digit << shift));
                testFuzz_CharactersAreThoseOfBase64(~uint192(digit << shift));
            }
        }
    }

    function testFuzz_GenuineAssertionsHold(bytes32 digest, uint128 secret) public {
        Member memory member = Members.create(KeyKind.Passkey, uint256(secret) + 1);
        bytes memory signature = member.sign(digest);
        (bool ours, bool theirs) = this.bothAnswers(digest, signature);
        vm.assertTrue(ours && theirs, "genuine");
        (ours, theirs) = this.bothAnswers(~digest, signature);
        vm.assertTrue(!ours && !theirs, "of another digest");
    }

    /// @notice Whatever byte is altered, wherever it is cut, the two decide alike.
    function testFuzz_AlteredAssertionsAreJudgedAlike(
        bytes32 digest,
        uint256 place,
        uint8 alteration,
        uint256 length
    ) public {
        bytes memory signature = Members.create(KeyKind.Passkey, 7).sign(digest);
        place = KEY_LENGTH + (place % (signature.length - KEY_LENGTH));
        signature[place] ^= bytes1(alteration);
        if (length % 4 == 0) {
            length = KEY_LENGTH + ((length >> 2) % (signature.length - KEY_LENGTH));
            assembly ("memory-safe") {
                mstore(signature, length) // shorter than it was
            }
        }
        (bool ours, bool theirs) = this.bothAnswers(digest, signature);
        vm.assertTrue(ours == theirs, "altered");
    }

    /// @notice Every flag byte, and every start of the two texts around the right ones.
    function test_FlagsAndIndexesAreJudgedAlike() public {
        bytes32 digest = keccak256("an act");
        uint256 accepted;
        for (uint256 flags; flags < 256; ++flags) {
            bytes memory signature = Members.create(KeyKind.Passkey, 7).sign(digest, uint8(flags));
            (bool ours, bool theirs) = this.bothAnswers(digest, signature);
            vm.assertTrue(ours == theirs, "flags");
            if (ours) ++accepted;
        }
        // Of eight bits two are fixed; the two of the backup have three valid values.
        vm.assertEq(accepted, 16 * 3, "flags accepted");
        for (uint256 index; index < 300; ++index) {
            for (uint256 word = 2; word <= 3; ++word) {
                bytes memory signature = Members.create(KeyKind.Passkey, 7).sign(digest);
                assembly ("memory-safe") {
                    mstore(add(add(signature, 0x60), mul(word, 0x20)), index)
                }
                (bool ours, bool theirs) = this.bothAnswers(digest, signature);
                vm.assertTrue(ours == theirs, "index");
            }
        }
    }

    function bothAnswers(
        bytes32 digest,
        bytes calldata signature
    ) external view returns (bool ours, bool theirs) {
        bytes32 x = bytes32(signature[0:32]);
        bytes32 y = bytes32(signature[32:64]);
        ours = Passkeys.isAssertion(digest, signature[KEY_LENGTH:], x, y);
        // It reads memory at a type index that is beyond the text, and runs out of gas if that is
        // far enough.
        try this.theirAnswer{gas: 5_000_000}(digest, signature) returns (bool answer) {
            theirs = answer;
        } catch {} // solhint-disable-line no-empty-blocks
    }

    function theirAnswer(bytes32 digest, bytes calldata signature) external view returns (bool) {
        (bool decoded, WebAuthn.WebAuthnAuth calldata auth) = WebAuthn.tryDecodeAuth(
            signature[KEY_LENGTH:]
        );
        bytes32 x = bytes32(signature[0:32]);
        bytes32 y = bytes32(signature[32:64]);
        return decoded && WebAuthn.verify(abi.encodePacked(digest), auth, x, y);
    }
}
