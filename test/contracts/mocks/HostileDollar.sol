// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice A stablecoin that can misbehave in every way that a coalition must refuse.
contract HostileDollar is ERC20 {
    uint8 private immutable _decimals;

    /// @notice Basis points that a transfer loses.
    uint256 public feeBps;
    /// @notice Whether transfers answer false instead of moving anything.
    bool public answersFalse;
    /// @notice Whether transfers answer nothing at all, like those of some old tokens.
    bool public answersNothing;
    /// @notice Who can be paid nothing.
    address public blacklisted;
    /// @notice What the next transfers call back into their caller.
    bytes public reentry;

    error Blacklisted(address account);

    constructor(uint8 decimals_) ERC20("Hostile Dollar", "HOS") {
        _decimals = decimals_;
    }

    function setFeeBps(uint256 value) external {
        feeBps = value;
    }

    function setAnswersFalse(bool value) external {
        answersFalse = value;
    }

    function setAnswersNothing(bool value) external {
        answersNothing = value;
    }

    function setBlacklisted(address account) external {
        blacklisted = account;
    }

    function setReentry(bytes calldata call) external {
        reentry = call;
    }

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        if (answersFalse) return false;
        _reenter();
        if (to == blacklisted) revert Blacklisted(to);
        bool moved = super.transfer(to, amount);
        _answer();
        return moved;
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        if (answersFalse) return false;
        _reenter();
        bool moved = super.transferFrom(from, to, amount);
        _answer();
        return moved;
    }

    function decimals() public view override returns (uint8) {
        return _decimals;
    }

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        bool transferred = from != address(0) && to != address(0);
        if (transferred && feeBps != 0) super._update(to, address(0), (amount * feeBps) / 10_000);
    }

    function _answer() private view {
        if (!answersNothing) return;
        assembly ("memory-safe") {
            return(0, 0)
        }
    }

    function _reenter() private {
        if (reentry.length == 0) return;
        (bool done, bytes memory reason) = msg.sender.call(reentry);
        if (done) return;
        assembly ("memory-safe") {
            revert(add(reason, 0x20), mload(reason))
        }
    }
}
