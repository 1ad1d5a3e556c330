// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";
import {ISignatureVerifier} from "./ISignatureVerifier.sol";
import {MemberAccounts} from "./MemberAccounts.sol";
import {Passkeys} from "./Passkeys.sol";

/// @title Signatures of accounts that are not plain EOAs
/// @dev A contract of its own so that the hub's code keeps room, and so that what it runs (a
/// member's contract among it) runs in a static call without any of the hub's authority.
contract SignatureVerifier is ISignatureVerifier {
    uint256 private constant DEVICE_LENGTH = 128;

    /// @notice The most gas that a contract account gets to check a signature: a Safe with several
    /// owners needs less than half of it, and a hostile one can waste no more.
    uint256 public constant ERC1271_GAS = 150_000;

    /// @inheritdoc ISignatureVerifier
    function isValid(
        address member,
        bytes32 digest,
        bytes calldata signature
    ) external view returns (bool) {
        if (signature.length >= DEVICE_LENGTH) {
            bytes32 x = bytes32(signature[0:32]);
            bytes32 y = bytes32(signature[32:64]);
            if (MemberAccounts.accountOf(x, y) == member) {
                return
                    signature.length == DEVICE_LENGTH
                        ? _isDeviceSignature(digest, signature, x, y)
                        : Passkeys.isAssertion(digest, signature[MemberAccounts.KEY_LENGTH:], x, y);
            }
        }
        return member.code.length != 0 && _isContractSignature(member, digest, signature);
    }

    function _isDeviceSignature(
        bytes32 digest,
        bytes calldata signature,
        bytes32 x,
        bytes32 y
    ) private view returns (bool) {
        return
            P256.verify(
                sha256(abi.encodePacked(digest)),
                bytes32(signature[64:96]),
                bytes32(signature[96:128]),
                x,
                y
            );
    }

    /// @dev Copies one word of what the account returns and no more: it may return a megabyte.
    function _isContractSignature(
        address member,
        bytes32 digest,
        bytes calldata signature
    ) private view returns (bool valid) {
        bytes memory data = abi.encodeCall(IERC1271.isValidSignature, (digest, signature));
        bytes4 magic = IERC1271.isValidSignature.selector;
        uint256 gasLimit = ERC1271_GAS;
        uint256 available = gasleft();
        assembly ("memory-safe") {
            let done := staticcall(gasLimit, member, add(data, 0x20), mload(data), 0, 0x20)
            valid := and(and(done, gt(returndatasize(), 0x1f)), eq(mload(0), magic))
        }
        // EIP-150 forwards 63 of 64 parts: from this bound on the account had all its gas. Below it a
        // refusal may come from the submitter's thrift, and must not pass for the member's.
        if (!valid && available < ERC1271_GAS + ERC1271_GAS / 32) {
            assembly ("memory-safe") {
                revert(0, 0)
            }
        }
    }
}
