// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC7818} from "../../../contracts/points/IERC7818.sol";

/// @dev ERC-7818 as it is read most plainly, and cheaper than its authors' reference, which keeps a
/// sorted list of blocks an epoch as well: what an account holds by epoch, and the supply by epoch.
/// Mints are packed as ours are, 20 bytes of account and 12 of amount. No coverage, no roles.
contract ExpiringPoints is IERC7818 {
    error PointsInsufficient(address account, uint256 missing);
    error AllowanceInsufficient(address spender, uint256 available, uint256 value);
    error CallerNotMinter(address caller);

    uint256 public constant epochLength = 90 days;
    uint256 public constant validityDuration = 4;
    EPOCH_TYPE public constant epochType = EPOCH_TYPE.TIME_BASED;

    address private immutable _minter = msg.sender;
    mapping(uint256 epoch => mapping(address account => uint256)) private _balances;
    mapping(uint256 epoch => uint256) private _supplies;
    mapping(address owner => mapping(address spender => uint256)) public allowance;

    function mintBatch(bytes32[] calldata mints) external {
        if (msg.sender != _minter) revert CallerNotMinter(msg.sender);
        uint256 epoch = currentEpoch();
        for (uint256 i; i < mints.length; ++i) {
            uint256 item = uint256(mints[i]);
            address to = address(uint160(item >> 96));
            _balances[epoch][to] += uint96(item);
            _supplies[epoch] += uint96(item);
            emit Transfer(address(0), to, uint96(item));
        }
    }

    function approve(address spender, uint256 value) external returns (bool) {
        allowance[msg.sender][spender] = value;
        emit Approval(msg.sender, spender, value);
        return true;
    }

    function transfer(address to, uint256 value) external returns (bool) {
        return _transfer(msg.sender, to, value);
    }

    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        _spendAllowance(from, value);
        return _transfer(from, to, value);
    }

    function transferAtEpoch(uint256 epoch, address to, uint256 value) external returns (bool) {
        return _transferAtEpoch(epoch, msg.sender, to, value);
    }

    function transferFromAtEpoch(
        uint256 epoch,
        address from,
        address to,
        uint256 value
    ) external returns (bool) {
        _spendAllowance(from, value);
        return _transferAtEpoch(epoch, from, to, value);
    }

    function balanceOf(address account) external view returns (uint256 balance) {
        uint256 epoch = currentEpoch();
        for (uint256 i; i < validityDuration; ++i) balance += _balances[epoch - i][account];
    }

    function totalSupply() external view returns (uint256 supply) {
        uint256 epoch = currentEpoch();
        for (uint256 i; i < validityDuration; ++i) supply += _supplies[epoch - i];
    }

    function balanceOfAtEpoch(uint256 epoch, address account) external view returns (uint256) {
        return isEpochExpired(epoch) ? 0 : _balances[epoch][account];
    }

    function currentEpoch() public view returns (uint256) {
        return block.timestamp / epochLength;
    }

    function isEpochExpired(uint256 epoch) public view returns (bool) {
        return epoch + validityDuration <= currentEpoch();
    }

    /// @dev Earliest expiry first.
    function _transfer(address from, address to, uint256 value) private returns (bool) {
        uint256 left = value;
        uint256 current = currentEpoch();
        for (uint256 epoch = current + 1 - validityDuration; left != 0; ++epoch) {
            if (epoch > current) revert PointsInsufficient(from, left);
            uint256 held = _balances[epoch][from];
            uint256 moved = held < left ? held : left;
            if (moved == 0) continue;
            _balances[epoch][from] = held - moved;
            _balances[epoch][to] += moved;
            left -= moved;
        }
        emit Transfer(from, to, value);
        return true;
    }

    function _transferAtEpoch(
        uint256 epoch,
        address from,
        address to,
        uint256 value
    ) private returns (bool) {
        if (isEpochExpired(epoch)) revert ERC7818TransferredExpiredToken(from, epoch);
        uint256 held = _balances[epoch][from];
        if (held < value) revert PointsInsufficient(from, value - held);
        _balances[epoch][from] = held - value;
        _balances[epoch][to] += value;
        emit Transfer(from, to, value);
        return true;
    }

    function _spendAllowance(address from, uint256 value) private {
        uint256 available = allowance[from][msg.sender];
        if (available < value) revert AllowanceInsufficient(msg.sender, available, value);
        allowance[from][msg.sender] = available - value;
    }
}
