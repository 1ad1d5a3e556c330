// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {AccountWord} from "./AccountWord.sol";
import {IERC7818} from "./IERC7818.sol";
import {PointsAccounts} from "./PointsAccounts.sol";
import {TokenTerms} from "./TokenTerms.sol";

/// @title Points as an ERC-20 that members may hand on, where their brand lets them
/// @dev OpenZeppelin's ERC20 brings allowances, and its ERC20Permit those by signature; their own
/// balances, supply and names stay unused. EIP712 caches the domain of the implementation, and
/// builds it anew at any other address: in a clone the domain binds the clone.
abstract contract PointsTransfers is ERC20Permit, PointsAccounts {
    using AccountWord for uint256;

    /// @dev The domain's name is one for all clones: it's an immutable, and they have none.
    constructor() ERC20("", "") ERC20Permit("Tessera Points") {}

    /// @inheritdoc IERC7818
    function transferAtEpoch(uint256 epoch, address to, uint256 value) external returns (bool) {
        _transferAtEpoch(epoch, msg.sender, to, value);
        return true;
    }

    /// @inheritdoc IERC7818
    function transferFromAtEpoch(
        uint256 epoch,
        address from,
        address to,
        uint256 value
    ) external returns (bool) {
        _spendAllowance(from, msg.sender, value);
        _transferAtEpoch(epoch, from, to, value);
        return true;
    }

    /// @inheritdoc IERC20Metadata
    function name() public view override(ERC20, IERC20Metadata) returns (string memory) {
        return TokenTerms.name(address(this));
    }

    /// @inheritdoc IERC20Metadata
    function symbol() public view override(ERC20, IERC20Metadata) returns (string memory) {
        return TokenTerms.symbol(address(this));
    }

    /// @inheritdoc IERC20Metadata
    function decimals() public pure override(ERC20, IERC20Metadata) returns (uint8) {
        return 0;
    }

    /// @inheritdoc IERC20
    function totalSupply() public view override(ERC20, IERC20) returns (uint256) {
        return supplyWord().total();
    }

    /// @inheritdoc IERC20
    function balanceOf(address account) public view override(ERC20, IERC20) returns (uint256) {
        return accountWord(account).total();
    }

    /// @inheritdoc IERC20Permit
    function nonces(
        address owner
    ) public view override(ERC20Permit, IERC20Permit) returns (uint256) {
        return super.nonces(owner);
    }

    /// @dev Moves points with the epochs they were earned in: a transfer can't refresh an expiry.
    function _update(address from, address to, uint256 value) internal override {
        _requireTransferable();
        uint256 word = accountWord(from);
        _requireOpen(from, word);
        _move(from, to, value, word, _taken(from, word, value));
    }

    function _transferAtEpoch(uint256 epoch, address from, address to, uint256 value) private {
        _requireReceiver(to);
        _requireTransferable();
        if (isEpochExpired(epoch)) revert ERC7818TransferredExpiredToken(from, epoch);
        uint256 word = accountWord(from);
        _requireOpen(from, word);
        uint256 held = word.pointsOf(epoch); // 0 in an epoch to come
        if (value > held) revert PointsInsufficient(from, held, value);
        emit TransferAtEpoch(epoch, from, to, value);
        _move(from, to, value, word, AccountWord.placed(value, epoch, word.epochOf()));
    }

    /// @dev Whoever has the old key of an account that was moved gets nothing of what comes later.
    function _requireOpen(address account, uint256 word) private pure {
        if (word.isClosed()) revert PointsAccountClosed(account);
    }
}
