// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Accounts that are named by a P-256 key
/// @notice An account is named by its first key, so nothing has to be deployed or registered before
/// a member can earn or sign. An EOA's name is its address; this is the name of a P-256 key.
library MemberAccounts {
    bytes32 internal constant DOMAIN = keccak256("Tessera P-256 account");

    /// @notice Bytes of x and y.
    uint256 internal constant KEY_LENGTH = 64;

    /// @notice The account of the P-256 public key (x, y): the last 20 bytes of
    /// keccak256(DOMAIN, x, y).
    function accountOf(bytes32 x, bytes32 y) internal pure returns (address) {
        return address(uint160(uint256(keccak256(abi.encodePacked(DOMAIN, x, y)))));
    }

    /// @notice Whether `signature` begins with the key that names `account`.
    function isNamedBy(address account, bytes calldata signature) internal pure returns (bool) {
        if (signature.length < KEY_LENGTH) return false;
        return accountOf(bytes32(signature[0:32]), bytes32(signature[32:64])) == account;
    }
}
