// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

/// @dev Agrees to everything, but only after 100,000 gas: what an honest account with many owners may need.
contract SlowWallet is IERC1271 {
    function isValidSignature(bytes32, bytes calldata) external view returns (bytes4) {
        uint256 start = gasleft();
        uint256 rounds;
        while (start - gasleft() < 100_000) ++rounds;
        return IERC1271.isValidSignature.selector;
    }
}
