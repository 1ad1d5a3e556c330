// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Why an act is refused, as data
/// @notice Where an act of a batch is refused nothing reverts, so its custom error is a value. The
/// compiler can't encode errors as it encodes calls: the arguments here are the words of the error's
/// own, all of static types.
library Refusals {
    function encode(bytes4 selector) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(selector);
    }

    function encode(bytes4 selector, uint256 a) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(selector, a);
    }

    function encode(bytes4 selector, uint256 a, uint256 b) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(selector, a, b);
    }

    function encode(
        bytes4 selector,
        uint256 a,
        uint256 b,
        uint256 c
    ) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(selector, a, b, c);
    }
}
