// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

import {MemberAccounts} from "./MemberAccounts.sol";
import {P256Signatures} from "./P256Signatures.sol";
import {Passkeys} from "./Passkeys.sol";

/// @title Signatures of every kind of key
/// @notice Says whether a signature is a key's; whose key it is, is not known here.
library MemberSignatures {
    /// @notice Bytes of a device key's signature; a P-256 signature is never shorter.
    uint256 internal constant DEVICE_LENGTH = 128;

    /// @notice The most gas that a contract gets to check a signature: a Safe with several owners
    /// needs less than half of it, and a hostile one can waste no more.
    uint256 internal constant ERC1271_GAS = 150_000;

    /// @notice The EOA that made `signature`, 65 bytes (r, s, v) or 64 (r, vs; EIP-2098); 0 if none
    /// can have, or if s is high.
    function ecdsaSigner(
        bytes32 digest,
        bytes calldata signature
    ) internal pure returns (address signer) {
        if (signature.length == 65) {
            (signer, , ) = ECDSA.tryRecoverCalldata(digest, signature);
        } else if (signature.length == 64) {
            (signer, , ) = ECDSA.tryRecover(digest, _word(signature, 0), _word(signature, 32));
        }
    }

    /// @notice The account of the P-256 key that `signature` begins with, 0 if it is too short to be
    /// of such a key.
    function p256Account(bytes calldata signature) internal pure returns (address) {
        if (signature.length < DEVICE_LENGTH) return address(0);
        return MemberAccounts.accountOf(_word(signature, 0), _word(signature, 32));
    }

    /// @notice Whether `signature`, of at least DEVICE_LENGTH bytes, is of the P-256 key that it
    /// begins with: a device key's signature or a passkey's assertion.
    function isByP256Key(bytes32 digest, bytes calldata signature) internal view returns (bool) {
        (bytes32 x, bytes32 y) = (_word(signature, 0), _word(signature, 32));
        if (signature.length != DEVICE_LENGTH) {
            return Passkeys.isAssertion(digest, signature[MemberAccounts.KEY_LENGTH:], x, y);
        }
        (bytes32 r, bytes32 s) = (_word(signature, 64), _word(signature, 96));
        return P256Signatures.verify(sha256(abi.encodePacked(digest)), r, s, x, y);
    }

    /// @notice Whether `account`, which has code, accepts `signature` by ERC-1271. Reverts without
    /// data if it doesn't and had less than ERC1271_GAS.
    /// @dev Copies one word of what the account returns and no more: it may return a megabyte.
    function isByContract(
        address account,
        bytes32 digest,
        bytes calldata signature
    ) internal view returns (bool valid) {
        bytes memory data = abi.encodeCall(IERC1271.isValidSignature, (digest, signature));
        bytes4 magic = IERC1271.isValidSignature.selector;
        uint256 gasLimit = ERC1271_GAS;
        uint256 available = gasleft();
        assembly ("memory-safe") {
            let done := staticcall(gasLimit, account, add(data, 0x20), mload(data), 0, 0x20)
            valid := and(and(done, gt(returndatasize(), 0x1f)), eq(mload(0), magic))
        }
        // EIP-150 forwards 63 of 64 parts: from this bound on the account had all its gas. Below it a
        // refusal may come from the submitter's thrift, and must not pass for the account's.
        if (!valid && available < ERC1271_GAS + ERC1271_GAS / 32) {
            assembly ("memory-safe") {
                revert(0, 0)
            }
        }
    }

    /// @dev The 32 bytes from `offset` on; the caller has seen that they are within.
    function _word(bytes calldata signature, uint256 offset) private pure returns (bytes32 word) {
        assembly ("memory-safe") {
            word := calldataload(add(signature.offset, offset))
        }
    }
}
