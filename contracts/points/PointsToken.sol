// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {PointValues} from "../clearing/PointValues.sol";
import {AccountWord} from "./AccountWord.sol";
import {Epochs} from "./Epochs.sol";
import {IPointsToken} from "./IPointsToken.sol";
import {SpendWords} from "./SpendWords.sol";
import {TokenTerms} from "./TokenTerms.sol";

/// @title The implementation behind every brand's points
/// @dev A clone per brand (ERC-1167 with immutable arguments, see TokenTerms): it has no
/// initializer to call twice and no storage of its own but accounts, allowances and the supply.
/// OpenZeppelin's ERC20 brings allowances; its own balances and supply stay unused.
contract PointsToken is ERC20, IPointsToken {
    using AccountWord for uint256;
    using PointValues for uint256;

    /// @notice The most live points a brand can have; it keeps bucket additions from carrying.
    uint256 public constant SUPPLY_CAP = AccountWord.BUCKET_MAX;

    address public immutable coalition;

    /// @dev A struct, because a reference to it finds its place once for a read and a write.
    struct Account {
        uint256 word;
    }

    uint256 private _supply;
    mapping(address account => Account) private _accounts;

    modifier onlyCoalition() {
        if (msg.sender != coalition) revert PointsCallerNotCoalition(msg.sender);
        _;
    }

    constructor() ERC20("", "") {
        coalition = msg.sender;
    }

    /// @inheritdoc IPointsToken
    function mint(address to, uint256 amount) external onlyCoalition returns (uint256 supply) {
        (uint256 epoch, uint256 validity) = _now();
        supply = _supplyAfterMint(amount, epoch, validity);
        _credit(to, amount, epoch, validity);
    }

    /// @inheritdoc IPointsToken
    function mintBatch(
        bytes32[] calldata mints
    ) external onlyCoalition returns (uint256 amount, uint256 supply) {
        (uint256 epoch, uint256 validity) = _now();
        unchecked {
            // At most 2^64 mints of less than 2^96.
            for (uint256 i; i < mints.length; ++i) {
                uint256 item = uint256(mints[i]);
                uint256 points = uint96(item);
                amount += points;
                _credit(address(uint160(item >> 96)), points, epoch, validity);
            }
        }
        // Should a credit above have carried into a neighbour, the sum is over the cap as well,
        // and this reverts all of it.
        supply = _supplyAfterMint(amount, epoch, validity);
    }

    /// @inheritdoc IPointsToken
    function spend(
        address member,
        uint256 amount,
        uint256 nonce
    ) external onlyCoalition returns (uint256 taken) {
        (uint256 epoch, uint256 validity) = _now();
        Account storage account = _accounts[member];
        uint256 word = account.word.rolled(epoch, validity);
        if (!word.isNonceOpen(nonce)) {
            revert PointsNonceUnusable(member, nonce, word.nextNonce());
        }
        taken = _taken(member, word, amount);
        unchecked {
            // Each bucket of `taken` is at most the account's, and that at most the supply's.
            account.word = word.withNonceUsed(nonce) - taken;
            _supply = _supply.rolled(epoch, validity) - taken;
        }
        emit Transfer(member, address(0), amount);
        taken |= epoch << AccountWord.EPOCH_SHIFT;
    }

    /// @inheritdoc IPointsToken
    function spendPriced(
        bytes calldata spends,
        uint256 values,
        uint256 reserve
    ) external onlyCoalition returns (bytes memory outcomes) {
        (uint256 epoch, uint256 validity) = _now();
        values = values.rolled(epoch);
        uint256 count = spends.length / SpendWords.SPEND_LENGTH;
        outcomes = SpendWords.room(count, SpendWords.OUTCOME_LENGTH);
        uint256 burned;
        unchecked {
            for (uint256 i; i < count; ++i) {
                (uint256 first, uint256 second) = SpendWords.read(spends, i);
                Account storage account = _accounts[SpendWords.memberOf(first)];
                uint256 word = account.word.rolled(epoch, validity);
                (SpendOutcome outcome, uint256 figure, uint256 taken) = _judge(
                    word,
                    first,
                    second,
                    values,
                    reserve
                );
                SpendWords.putOutcome(outcomes, i, outcome, figure);
                if (outcome != SpendOutcome.Done) continue;
                // See spend. A draw is at most the reserve, or the outcome is another.
                account.word = word.withNonceUsed(SpendWords.nonceOf(second)) - taken;
                burned += taken;
                if (SpendWords.draws(second)) reserve -= figure;
                emit Transfer(SpendWords.memberOf(first), address(0), SpendWords.amountOf(first));
            }
            // What many take of a bucket is at most the supply's.
            if (burned != 0) _supply = _supply.rolled(epoch, validity) - burned;
        }
    }

    function gift(address member, address to, uint256 amount, uint256 nonce) external returns (uint256 taken) {}
    function cancel(address member, uint256 nonce) external {}
    function restore(address member, uint256 buckets) external returns (uint256 restored, uint256 supply) {}
    function moveAccount(address from, address to) external returns (uint256 amount) {}
    function epochTotals(uint256 epoch) external view returns (uint256 minted, uint256 live, uint256 expired) {}
    function rollSupply() external {}

    /// @inheritdoc IPointsToken
    function accountWord(address account) public view returns (uint256) {
        (uint256 epoch, uint256 validity) = _now();
        return _accounts[account].word.rolled(epoch, validity);
    }

    /// @inheritdoc IPointsToken
    function supplyWord() public view returns (uint256) {
        (uint256 epoch, uint256 validity) = _now();
        return _supply.rolled(epoch, validity);
    }

    /// @inheritdoc IPointsToken
    function nextNonce(address account) external view returns (uint256) {
        return _accounts[account].word.nextNonce();
    }

    /// @inheritdoc IPointsToken
    function isNonceOpen(address account, uint256 nonce) external view returns (bool) {
        return _accounts[account].word.isNonceOpen(nonce);
    }

    /// @inheritdoc IPointsToken
    function balanceOfAtEpoch(uint256 epoch, address account) external view returns (uint256) {
        uint256 word = accountWord(account);
        uint256 current = word.epochOf();
        if (epoch > current || current - epoch >= AccountWord.BUCKETS) return 0;
        return word.bucket(AccountWord.BUCKETS - 1 - (current - epoch));
    }

    /// @inheritdoc IPointsToken
    function currentEpoch() external view returns (uint256 epoch) {
        (epoch, ) = _now();
    }

    /// @inheritdoc IPointsToken
    function epochLength() external view returns (uint256) {
        uint256 quarters = quartersPerEpoch();
        uint256 epoch = Epochs.epochAt(block.timestamp, quarters);
        return Epochs.startOf(epoch + 1, quarters) - Epochs.startOf(epoch, quarters);
    }

    /// @inheritdoc IPointsToken
    function epochType() external pure returns (EPOCH_TYPE) {
        return EPOCH_TYPE.TIME_BASED;
    }

    /// @inheritdoc IPointsToken
    function validityDuration() external view returns (uint256 validity) {
        (, validity) = _now();
    }

    /// @inheritdoc IPointsToken
    function isEpochExpired(uint256 epoch) external view returns (bool) {
        (uint256 current, uint256 validity) = _now();
        return epoch + validity <= current;
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

    /// @dev Moves points with the epochs they were earned in: a transfer can't refresh an expiry.
    function _update(address from, address to, uint256 value) internal override {
        (uint256 epoch, uint256 validity) = _now();
        if (!transferable()) revert PointsNotTransferable();
        uint256 word = _accounts[from].word.rolled(epoch, validity);
        uint256 taken = _taken(from, word, value);
        unchecked {
            // See spend; the sum of two accounts' buckets is at most the supply's bucket.
            _accounts[from].word = word - taken;
            _accounts[to].word = _accounts[to].word.rolled(epoch, validity) + taken;
        }
        emit Transfer(from, to, value);
    }

    /// @dev Adds to the bucket of the current epoch. Whoever calls it checks the cap.
    function _credit(address to, uint256 amount, uint256 epoch, uint256 validity) private {
        if (to == address(0)) revert ERC20InvalidReceiver(to);
        Account storage account = _accounts[to];
        uint256 word = account.word.rolled(epoch, validity);
        unchecked {
            account.word = word + (amount << AccountWord.CURRENT_SHIFT);
        }
        emit Transfer(address(0), to, amount);
    }

    function _supplyAfterMint(
        uint256 amount,
        uint256 epoch,
        uint256 validity
    ) private returns (uint256 supply) {
        supply = _supply.rolled(epoch, validity);
        uint256 live = supply.total();
        if (amount > SUPPLY_CAP - live) {
            revert PointsSupplyCapExceeded(live, amount, SUPPLY_CAP);
        }
        unchecked {
            supply += amount << AccountWord.CURRENT_SHIFT; // total <= SUPPLY_CAP: no carry
        }
        _supply = supply;
    }

    /// @dev What becomes of a spend from an account that is `word`.
    function _judge(
        uint256 word,
        uint256 first,
        uint256 second,
        uint256 values,
        uint256 reserve
    ) private pure returns (SpendOutcome outcome, uint256 figure, uint256 taken) {
        if (!word.isNonceOpen(SpendWords.nonceOf(second))) {
            return (SpendOutcome.NonceUnusable, word.nextNonce(), 0);
        }
        uint256 short;
        (taken, short) = word.take(SpendWords.amountOf(first));
        if (short != 0) return (SpendOutcome.Insufficient, word.total(), 0);
        figure = values.worth(taken);
        if (figure == 0) outcome = SpendOutcome.Worthless;
        else if (figure < SpendWords.minimumOf(first)) outcome = SpendOutcome.BelowMinimum;
        else if (SpendWords.draws(second) && figure > reserve) outcome = SpendOutcome.AboveReserve;
    }

    function _taken(
        address member,
        uint256 word,
        uint256 amount
    ) private pure returns (uint256 taken) {
        uint256 short;
        (taken, short) = word.take(amount);
        if (short != 0) revert PointsInsufficient(member, word.total(), amount);
    }

    function _now() private view returns (uint256 epoch, uint256 validity) {
        uint256 quarters;
        (quarters, validity, ) = TokenTerms.calendar(address(this));
        epoch = Epochs.epochAt(block.timestamp, quarters);
    }
}
