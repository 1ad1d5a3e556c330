// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {WebAuthn} from "@openzeppelin/contracts/utils/cryptography/WebAuthn.sol";
import {Base64Words} from "./Base64Words.sol";
import {P256Signatures} from "./P256Signatures.sol";

/// @title Assertions of passkeys
/// @notice Decides as OpenZeppelin's WebAuthn.verify with the user verified, which says what is
/// checked and what is left to the authenticator. That one wants the assertion in memory and costs
/// a fifth more; it is this one's twin in the tests.
library Passkeys {
    uint256 private constant AUTHENTICATOR_DATA_MIN = 37;
    uint256 private constant FLAGS_OFFSET = 32;
    /// @dev A signature counts with the user present and verified, and a key that is backed up
    /// only if it may be.
    uint8 private constant PRESENT_AND_VERIFIED = 0x05;
    uint8 private constant BACKUP_ELIGIBLE = 0x08;
    uint8 private constant BACKED_UP = 0x10;

    // solhint-disable quotes
    bytes21 private constant TYPE = '"type":"webauthn.get"';
    bytes private constant CHALLENGE = '"challenge":"';
    bytes private constant CHALLENGE_END = '"';
    // solhint-enable quotes

    /// @notice Whether `encoded`, abi.encode(WebAuthn.WebAuthnAuth), is an assertion of the P-256
    /// key (x, y) whose challenge is `digest`.
    function isAssertion(
        bytes32 digest,
        bytes calldata encoded,
        bytes32 x,
        bytes32 y
    ) internal view returns (bool) {
        (bool decoded, WebAuthn.WebAuthnAuth calldata auth) = WebAuthn.tryDecodeAuth(encoded);
        if (!decoded) return false;
        bytes calldata data = auth.authenticatorData;
        bytes calldata client = bytes(auth.clientDataJSON);
        return
            data.length >= AUTHENTICATOR_DATA_MIN &&
            _areFlagsValid(uint8(data[FLAGS_OFFSET])) &&
            _isTypeAt(client, auth.typeIndex) &&
            _holdsAt(client, auth.challengeIndex, _challenge(digest)) &&
            P256Signatures.verify(
                sha256(abi.encodePacked(data, sha256(client))),
                auth.r,
                auth.s,
                x,
                y
            );
    }

    function _areFlagsValid(uint8 flags) private pure returns (bool) {
        return
            flags & PRESENT_AND_VERIFIED == PRESENT_AND_VERIFIED &&
            (flags & BACKED_UP == 0 || flags & BACKUP_ELIGIBLE != 0);
    }

    function _isTypeAt(bytes calldata text, uint256 index) private pure returns (bool) {
        if (index > text.length || text.length - index < TYPE.length) return false;
        bytes32 word;
        assembly ("memory-safe") {
            word := calldataload(add(text.offset, index))
        }
        return bytes21(word) == TYPE;
    }

    function _challenge(bytes32 digest) private pure returns (bytes memory) {
        // 24 bytes are 32 characters, and the 8 that are left are 11.
        bytes32 head = Base64Words.encode(uint256(digest) >> 64);
        bytes32 tail = Base64Words.encode(uint256(uint64(uint256(digest))) << 128);
        return abi.encodePacked(CHALLENGE, head, bytes11(tail), CHALLENGE_END);
    }

    function _holdsAt(
        bytes calldata text,
        uint256 index,
        bytes memory expected
    ) private pure returns (bool) {
        if (index > text.length || text.length - index < expected.length) return false;
        return keccak256(text[index:index + expected.length]) == keccak256(expected);
    }
}
