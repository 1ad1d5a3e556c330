// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {IMemberKeys} from "../../../contracts/members/IMemberKeys.sol";

/// @dev Reverts with a kilobyte that begins with ERC-1271's magic value.
contract RevertingWallet {
    fallback() external {
        bytes32 magic = IERC1271.isValidSignature.selector;
        assembly {
            mstore(0, magic)
            revert(0, 1024)
        }
    }
}

/// @dev Agrees if it could change the member's keys, or charge one, while it was asked.
contract ReenteringWallet {
    address private immutable _keys;
    bytes private _call;

    constructor(address keys) {
        _keys = keys;
    }

    function set(bytes calldata call) external {
        _call = call;
    }

    function isValidSignature(bytes32, bytes calldata) external returns (bytes4) {
        (bool done, ) = _keys.call(_call);
        return done ? IERC1271.isValidSignature.selector : bytes4(0);
    }
}

/// @dev Asks back about the same signature, as deep as its gas lets it, and agrees in the end.
contract AskingWallet is IERC1271 {
    IMemberKeys private immutable _keys;
    address private immutable _member;

    constructor(IMemberKeys keys, address member) {
        (_keys, _member) = (keys, member);
    }

    function isValidSignature(bytes32 hash, bytes calldata rest) external view returns (bytes4) {
        bytes memory signature = abi.encodePacked(this, rest);
        try _keys.authorityOf(_member, hash, signature) {} catch {} // solhint-disable-line no-empty-blocks
        return IERC1271.isValidSignature.selector;
    }
}

/// @dev Agrees to everything, but only when it is asked with at least `floor` gas.
contract GreedyWallet is IERC1271 {
    uint256 private immutable _floor;

    constructor(uint256 floor) {
        _floor = floor;
    }

    function isValidSignature(bytes32, bytes calldata) external view returns (bytes4) {
        return gasleft() < _floor ? bytes4(0) : IERC1271.isValidSignature.selector;
    }
}
