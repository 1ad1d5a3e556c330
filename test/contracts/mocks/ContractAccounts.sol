// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @notice A contract account that answers for its owner, after spending as much gas as it is told.
contract OwnedAccount is IERC1271 {
    address private immutable _owner;
    uint256 private immutable _gasToSpend;

    constructor(address owner, uint256 gasToSpend) {
        _owner = owner;
        _gasToSpend = gasToSpend;
    }

    function isValidSignature(
        bytes32 digest,
        bytes calldata signature
    ) external view returns (bytes4) {
        uint256 start = gasleft();
        while (start - gasleft() < _gasToSpend) {}
        bool valid = ECDSA.recoverCalldata(digest, signature) == _owner;
        return valid ? IERC1271.isValidSignature.selector : bytes4(0);
    }
}

/// @notice A contract account that answers the same bytes to everything.
contract ParrotAccount {
    bytes private _answer;

    constructor(bytes memory answer) {
        _answer = answer;
    }

    fallback(bytes calldata) external returns (bytes memory) {
        return _answer;
    }
}

/// @notice A contract account that answers correctly, and behind it a megabyte of nothing.
contract VerboseAccount is IERC1271 {
    function isValidSignature(bytes32, bytes calldata) external pure returns (bytes4) {
        bytes32 word = IERC1271.isValidSignature.selector;
        assembly {
            mstore(0, word)
            return(0, 0x1000)
        }
    }
}

/// @notice A contract account that never comes to an end.
contract EndlessAccount {
    fallback() external {
        while (true) {}
    }
}
