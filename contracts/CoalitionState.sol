// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CharityBook} from "./charities/CharityBook.sol";

/// @title All that the coalition stores
/// @dev The hub and the back office, whose code runs on the hub's storage, both begin with this, so
/// that they agree on where everything lies. Neither stores anything else.
abstract contract CoalitionState is CharityBook {
    /// @dev Refunds that were made, by keccak256(abi.encode(acceptor, id)).
    mapping(bytes32 refund => bool) internal _refunded;
}
