// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @dev What issuance is measured against: a plain ERC-20 that mints what is packed as ours is, 20
/// bytes of account and 12 of amount. No expiry, no coverage, no roles, no batch numbers.
contract PackedMintToken is ERC20, Ownable {
    constructor() ERC20("Plain Points", "PLAIN") Ownable(msg.sender) {}

    function mintBatch(bytes32[] calldata mints) external onlyOwner {
        for (uint256 i; i < mints.length; ++i) {
            uint256 item = uint256(mints[i]);
            _mint(address(uint160(item >> 96)), uint96(item));
        }
    }
}
