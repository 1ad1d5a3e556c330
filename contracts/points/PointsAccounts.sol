// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccountWord} from "./AccountWord.sol";
import {Epochs} from "./Epochs.sol";
import {IERC7818} from "./IERC7818.sol";
import {IPointsToken} from "./IPointsToken.sol";
import {SupplyWord} from "./SupplyWord.sol";
import {TokenTerms} from "./TokenTerms.sol";

/// @title Who holds what of a brand's points, and of which epochs
/// @dev All that a token stores but allowances and the nonces of permits.
abstract contract PointsAccounts is IPointsToken {
    using AccountWord for uint256;
    using SupplyWord for uint256;

    /// @notice The most live points a brand can have, and the most it can mint in an epoch; it keeps
    /// bucket additions from carrying.
    uint256 public constant SUPPLY_CAP = AccountWord.BUCKET_MAX;

    /// @dev A struct, because a reference to it finds its place once for a read and a write.
    struct Account {
        uint256 word;
    }

    /// @dev What is known of an epoch when it's over: `minted` from its end on, `expired` from when
    /// its points have died.
    struct EpochRecord {
        uint48 minted;
        uint48 expired;
    }

    uint256 internal _supply;
    mapping(address account => Account) internal _accounts;
    mapping(uint256 epoch => EpochRecord) private _epochs;

    /// @inheritdoc IPointsToken
    function rollSupply() external returns (uint256 supply) {
        (uint256 epoch, uint256 validity) = _now();
        supply = _supplyAt(epoch, validity);
        _supply = supply;
        supply = supply.live();
    }

    /// @inheritdoc IPointsToken
    function accountWord(address account) public view returns (uint256) {
        (uint256 epoch, uint256 validity) = _now();
        return _accounts[account].word.rolled(epoch, validity);
    }

    /// @inheritdoc IPointsToken
    function supplyWord() public view returns (uint256) {
        (uint256 epoch, uint256 validity) = _now();
        return _supply.rolled(epoch, validity).live();
    }

    /// @inheritdoc IPointsToken
    function epochTotals(
        uint256 epoch
    ) external view returns (uint256 minted, uint256 live, uint256 expired) {
        (uint256 current, uint256 validity) = _now();
        uint256 supply = _supply;
        EpochRecord storage recorded = _epochs[epoch];
        minted = epoch == supply.epochOf() ? supply.minted() : recorded.minted;
        live = supply.pointsOf(epoch);
        expired = recorded.expired;
        // The word still holds what has died since it was written; what is recorded has left it.
        if (_isExpired(epoch, current, validity)) (live, expired) = (0, expired + live);
    }

    /// @inheritdoc IPointsToken
    function nextNonce(address account) external view returns (uint256) {
        return _accounts[account].word.nextNonce();
    }

    /// @inheritdoc IPointsToken
    function isNonceOpen(address account, uint256 nonce) external view returns (bool) {
        return _accounts[account].word.isNonceOpen(nonce);
    }

    /// @inheritdoc IERC7818
    function balanceOfAtEpoch(uint256 epoch, address account) external view returns (uint256) {
        return accountWord(account).pointsOf(epoch);
    }

    /// @inheritdoc IERC7818
    function currentEpoch() external view returns (uint256 epoch) {
        (epoch, ) = _now();
    }

    /// @inheritdoc IPointsToken
    function epochLength() external view returns (uint256) {
        uint256 quarters = quartersPerEpoch();
        uint256 epoch = Epochs.epochAt(block.timestamp, quarters);
        return Epochs.startOf(epoch + 1, quarters) - Epochs.startOf(epoch, quarters);
    }

    /// @inheritdoc IERC7818
    function epochType() external pure returns (EPOCH_TYPE) {
        return EPOCH_TYPE.TIME_BASED;
    }

    /// @inheritdoc IERC7818
    function validityDuration() external view returns (uint256 validity) {
        (, validity) = _now();
    }

    /// @inheritdoc IERC7818
    function isEpochExpired(uint256 epoch) public view returns (bool) {
        (uint256 current, uint256 validity) = _now();
        return _isExpired(epoch, current, validity);
    }

    /// @inheritdoc IPointsToken
    function expiresAt(uint256 epoch) external view returns (uint256) {
        (uint256 quarters, uint256 validity, ) = TokenTerms.calendar(address(this));
        return Epochs.startOf(epoch + validity, quarters);
    }

    /// @inheritdoc IPointsToken
    function transferable() public view returns (bool allowed) {
        (, , allowed) = TokenTerms.calendar(address(this));
    }

    /// @inheritdoc IPointsToken
    function quartersPerEpoch() public view returns (uint256 quarters) {
        (quarters, , ) = TokenTerms.calendar(address(this));
    }

    /// @dev The supply as it stands in `epoch`, which the caller writes. What ended or died since it
    /// was last written is recorded.
    function _supplyAt(uint256 epoch, uint256 validity) internal returns (uint256 supply) {
        supply = _supply;
        if (supply.epochOf() != epoch) {
            _recordEpochs(supply, epoch, validity);
            supply = supply.rolled(epoch, validity).live();
        }
    }

    function _credit(address to, uint256 amount, uint256 epoch, uint256 validity) internal {
        if (to == address(0)) revert ERC20InvalidReceiver(to); // not a call, of so many mints
        Account storage account = _accounts[to];
        uint256 word = account.word.rolled(epoch, validity);
        unchecked {
            // Whoever calls it checks the cap.
            account.word = word + (amount << AccountWord.CURRENT_SHIFT);
        }
        emit Transfer(address(0), to, amount);
    }

    /// @dev Moves `taken`, `amount` points that `word` holds, with their epochs. `word` is what is to
    /// become of the account `from` otherwise, rolled to the present; `from` may be `to` itself.
    function _move(address from, address to, uint256 amount, uint256 word, uint256 taken) internal {
        unchecked {
            // Each bucket of `taken` is at most the account's; the sum of two accounts' buckets is
            // at most the supply's.
            _accounts[from].word = word - taken;
            _accounts[to].word = accountWord(to) + taken;
        }
        emit Transfer(from, to, amount);
    }

    /// @dev Points minted in `epoch`, of a supply that stands at the present block.
    function _mintedIn(uint256 epoch, uint256 supply) internal view returns (uint256) {
        return epoch == supply.epochOf() ? supply.minted() : _epochs[epoch].minted;
    }

    function _requireReceiver(address to) internal pure {
        if (to == address(0)) revert ERC20InvalidReceiver(to);
    }

    function _requireNonceOpen(address account, uint256 word, uint256 nonce) internal pure {
        if (!word.isNonceOpen(nonce)) {
            revert PointsNonceUnusable(account, nonce, word.nextNonce());
        }
    }

    function _taken(
        address member,
        uint256 word,
        uint256 amount
    ) internal pure returns (uint256 taken) {
        uint256 short;
        (taken, short) = word.take(amount);
        if (short != 0) revert PointsInsufficient(member, word.total(), amount);
    }

    function _isExpired(
        uint256 epoch,
        uint256 current,
        uint256 validity
    ) internal pure returns (bool) {
        return epoch < current && current - epoch >= validity;
    }

    function _now() internal view returns (uint256 epoch, uint256 validity) {
        uint256 quarters;
        (quarters, validity, ) = TokenTerms.calendar(address(this));
        epoch = Epochs.epochAt(block.timestamp, quarters);
    }

    function _requireTransferable() internal view {
        if (!transferable()) revert PointsNotTransferable();
    }

    /// @dev Records what `supply`'s own epoch has minted, and what dies between it and `epoch`.
    function _recordEpochs(uint256 supply, uint256 epoch, uint256 validity) private {
        uint256 last = supply.epochOf();
        uint256 minted = supply.minted();
        if (minted != 0) _epochs[last].minted = uint48(minted); // all 48 bits there are
        for (uint256 i = AccountWord.BUCKETS - validity; i < AccountWord.BUCKETS; ++i) {
            uint256 points = supply.bucket(i);
            if (points == 0) continue;
            uint256 earned = last + i + 1 - AccountWord.BUCKETS;
            if (earned + validity > epoch) break;
            _epochs[earned].expired = uint48(points); // as much as a bucket holds
            emit PointsExpired(earned, points);
        }
    }
}
