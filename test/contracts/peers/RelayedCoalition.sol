// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {ERC2771Forwarder} from "@openzeppelin/contracts/metatx/ERC2771Forwarder.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {Context} from "@openzeppelin/contracts/utils/Context.sol";

/// @dev The usual way to let members act without gas: OpenZeppelin's forwarder.
contract Forwarder is ERC2771Forwarder {
    constructor() ERC2771Forwarder("Forwarder") {}
}

/// @dev Points that their holder can burn or transfer through the forwarder, and that a clearing
/// contract may burn.
contract RelayedPoints is ERC20Burnable, ERC2771Context {
    error CallerNotClearing(address caller);

    address private immutable _clearing;

    constructor(
        address forwarder,
        address clearing,
        address[] memory members
    ) ERC20("Relayed Points", "RELAY") ERC2771Context(forwarder) {
        _clearing = clearing;
        for (uint256 i; i < members.length; ++i) _mint(members[i], 1_000);
    }

    function burnOf(address member, uint256 amount) external {
        if (msg.sender != _clearing) revert CallerNotClearing(msg.sender);
        _burn(member, amount);
    }

    function _msgSender() internal view override(Context, ERC2771Context) returns (address) {
        return ERC2771Context._msgSender();
    }

    function _msgData() internal view override(Context, ERC2771Context) returns (bytes calldata) {
        return ERC2771Context._msgData();
    }

    function _contextSuffixLength()
        internal
        view
        override(Context, ERC2771Context)
        returns (uint256)
    {
        return ERC2771Context._contextSuffixLength();
    }
}

/// @dev A redemption at another brand as it would be written first: burn, move the value, say so.
/// No expiry, no halts, one point value.
contract RelayedClearing is ERC2771Context {
    mapping(uint32 brand => RelayedPoints) private _points;
    mapping(uint32 brand => uint256) private _reserves;

    event Redeemed(
        address indexed member,
        uint32 indexed issuer,
        uint32 indexed acceptor,
        uint256 amount,
        uint256 value,
        bytes32 ref
    );

    constructor(address forwarder) ERC2771Context(forwarder) {}

    function open(uint32 brand, RelayedPoints points, uint256 reserve) external {
        (_points[brand], _reserves[brand]) = (points, reserve);
    }

    function redeem(uint32 issuer, uint32 acceptor, uint256 amount, bytes32 ref) external {
        _points[issuer].burnOf(_msgSender(), amount);
        uint256 value = amount * 10_000;
        _reserves[issuer] -= value;
        _reserves[acceptor] += value;
        emit Redeemed(_msgSender(), issuer, acceptor, amount, value, ref);
    }
}
