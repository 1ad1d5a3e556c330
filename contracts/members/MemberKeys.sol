// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IMemberKeys} from "./IMemberKeys.sol";
import {MemberSignatures} from "./MemberSignatures.sol";
import {P256Signatures} from "./P256Signatures.sol";

/// @title Who signs for a member
/// @dev A contract of its own so that the hub's code keeps room, and so that what it runs (a
/// member's contract among it) runs in a static call without any of the hub's authority.
contract MemberKeys is IMemberKeys, EIP712 {
    /// @dev One word. What was spent on a day stays whatever becomes of the key, so that removing a
    /// key and adding it again gives it nothing.
    struct KeyEntry {
        KeyRole role;
        uint48 dailyLimit;
        uint48 activeFrom;
        uint48 spent;
        uint32 spentDay;
    }

    /// @dev `pending` is the last key that was asked for by recovery, unless a full key has changed
    /// it since; it waits as long as its entry isn't active. Only then `pendingBy` means anything.
    struct Account {
        address successor;
        uint32 nextNonce;
        address pending;
        address pendingBy;
    }

    bytes32 public constant KEY_CHANGE_TYPEHASH = keccak256(
        "KeyChange(address member,address key,uint8 role,uint48 dailyLimit,uint32 nonce,uint48 deadline)"
    );

    /// @notice The most gas that a contract gets to check a signature.
    uint256 public constant ERC1271_GAS = MemberSignatures.ERC1271_GAS;

    /// @notice Seconds that a key that recovery asked for waits, open to veto.
    uint256 public constant RECOVERY_WAIT = 7 days;

    /// @notice Who charges limited keys: the hub that deployed this.
    address public immutable coalition = msg.sender;

    mapping(address member => Account) private _accounts;
    mapping(address member => mapping(address key => KeyEntry)) private _keys;

    constructor() EIP712("Tessera", "1") {
        // Members would be given points that they could never spend.
        if (!P256Signatures.isSupported()) revert KeyCurveMissing();
    }

    /// @inheritdoc IMemberKeys
    function changeKey(KeyChange memory change, bytes calldata signature) external {
        address member = change.member;
        Account storage account = _accounts[member];
        if (block.timestamp > change.deadline) {
            revert KeyChangeExpired(change.deadline, block.timestamp);
        }
        if (account.successor != address(0)) revert KeyMemberSucceeded(member, account.successor);
        if (change.nonce != account.nextNonce) {
            revert KeyNonceInvalid(member, change.nonce, account.nextNonce);
        }
        _requireWellFormed(change);
        bytes32 digest = keyChangeDigest(change);
        (address by, KeyRole held) = _signerOf(member, digest, signature);
        if (by == address(0)) revert KeySignatureInvalid(member, digest);
        ++account.nextNonce;

        if (held == KeyRole.Recovery && change.role == KeyRole.Full) {
            _request(account, change, by);
        } else if (held != KeyRole.Full) {
            revert KeyPowerInsufficient(member, by, held, change.role);
        } else if (change.role == KeyRole.Successor) {
            _succeed(account, change, by);
        } else {
            _set(account, change, by);
        }
    }

    /// @inheritdoc IMemberKeys
    function charge(address member, address key, uint256 value) external {
        if (msg.sender != coalition) revert KeyCallerNotCoalition(msg.sender);
        KeyEntry storage entry = _keys[member][key];
        uint256 limit = entry.dailyLimit; // 0 unless it is a limited key
        if (_accounts[member].successor != address(0)) limit = 0;
        uint256 spent = _spentToday(entry);
        uint256 available = limit > spent ? limit - spent : 0;
        if (limit == 0 || value > available) revert KeyLimitExceeded(key, available, value);
        spent += value;
        entry.spent = uint48(spent); // at most the limit, of 48 bits
        entry.spentDay = uint32(block.timestamp / 1 days); // in 32 bits for 11 million years
        emit KeyCharged(member, key, value, spent);
    }

    /// @inheritdoc IMemberKeys
    function authorityOf(
        address member,
        bytes32 digest,
        bytes calldata signature
    ) external view returns (address authority) {
        (address by, KeyRole role) = _signerOf(member, digest, signature);
        if (role == KeyRole.Full) return member;
        if (role == KeyRole.Limited) return by;
    }

    /// @inheritdoc IMemberKeys
    function keyOf(address member, address key) external view returns (Key memory counted) {
        KeyEntry storage entry = _keys[member][key];
        address successor = _accounts[member].successor;
        counted.spentToday = uint48(_spentToday(entry));
        if (key == member) {
            counted.role = KeyRole.Full;
        } else if (successor == address(0)) {
            counted.role = entry.role;
            counted.dailyLimit = entry.dailyLimit;
            counted.activeFrom = entry.activeFrom;
        } else if (key == successor) {
            counted.role = KeyRole.Successor;
        }
    }

    /// @inheritdoc IMemberKeys
    function pendingKeyOf(address member) external view returns (address) {
        Account storage account = _accounts[member];
        return _isPending(member, account) ? account.pending : address(0);
    }

    /// @inheritdoc IMemberKeys
    function successorOf(address member) external view returns (address) {
        return _accounts[member].successor;
    }

    /// @inheritdoc IMemberKeys
    function nextNonce(address member) external view returns (uint256) {
        return _accounts[member].nextNonce;
    }

    /// @inheritdoc IMemberKeys
    function keyChangeDigest(KeyChange memory change) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(KEY_CHANGE_TYPEHASH, change)));
    }

    /// @dev A recovery key asks for a full one, in place of what was asked for before.
    function _request(Account storage account, KeyChange memory change, address by) private {
        (address member, address key) = (change.member, change.key);
        KeyRole role = _keys[member][key].role;
        bool pending = _isPending(member, account);
        if (role != KeyRole.None && !(pending && key == account.pending)) {
            revert KeyAlreadyAdded(member, key, role);
        }
        if (pending && key != account.pending) _dropPending(account, change, by);
        account.pending = key;
        account.pendingBy = by;
        _write(change, block.timestamp + RECOVERY_WAIT, by);
    }

    /// @dev A full key has its way at once. What a recovery key asked for ends with that key.
    function _set(Account storage account, KeyChange memory change, address by) private {
        (address member, address key) = (change.member, change.key);
        if (change.role == KeyRole.None && _keys[member][key].role == KeyRole.None) {
            revert KeyUnknown(member, key);
        }
        if (
            key == account.pendingBy &&
            change.role != KeyRole.Recovery &&
            _isPending(member, account)
        ) _dropPending(account, change, by);
        if (key == account.pending) account.pending = address(0);
        _write(change, block.timestamp, by);
    }

    /// @dev Who inherits has no successor itself, so that no circle can be closed.
    function _succeed(Account storage account, KeyChange memory change, address by) private {
        address next = _accounts[change.key].successor;
        if (next != address(0)) revert KeyMemberSucceeded(change.key, next);
        account.successor = change.key;
        account.pending = address(0);
        _emit(change, block.timestamp, by);
    }

    function _dropPending(Account storage account, KeyChange memory change, address by) private {
        _write(
            KeyChange(change.member, account.pending, KeyRole.None, 0, change.nonce, 0),
            block.timestamp,
            by
        );
        account.pending = address(0);
    }

    function _write(KeyChange memory change, uint256 activeFrom, address by) private {
        KeyEntry storage entry = _keys[change.member][change.key];
        entry.role = change.role;
        entry.dailyLimit = change.dailyLimit;
        entry.activeFrom = change.role == KeyRole.None ? 0 : uint48(activeFrom);
        _emit(change, activeFrom, by);
    }

    function _emit(KeyChange memory change, uint256 activeFrom, address by) private {
        emit KeyChanged(
            change.member,
            change.key,
            change.role,
            change.dailyLimit,
            uint48(activeFrom),
            by,
            change.nonce
        );
    }

    /// @dev The key that signed and the role that it has now; (0, None) if there is none. The order is
    /// IMemberKeys.authorityOf's: what needs no storage comes first.
    function _signerOf(
        address member,
        bytes32 digest,
        bytes calldata signature
    ) private view returns (address, KeyRole) {
        address p256 = MemberSignatures.p256Account(signature);
        // No other key has this name, and no code can be there.
        if (p256 == member && p256 != address(0)) {
            bool own = MemberSignatures.isByP256Key(digest, signature);
            return own ? (member, KeyRole.Full) : (address(0), KeyRole.None);
        }
        address eoa = MemberSignatures.ecdsaSigner(digest, signature);
        if (
            (eoa == member && eoa != address(0)) ||
            (member.code.length != 0 && MemberSignatures.isByContract(member, digest, signature))
        ) return (member, KeyRole.Full);

        // Without a key change there is no added key, and with a successor none counts.
        Account storage account = _accounts[member];
        if (account.nextNonce == 0 || account.successor != address(0)) {
            return (address(0), KeyRole.None);
        }
        KeyRole role = _roleOf(member, eoa);
        if (role != KeyRole.None) return (eoa, role);
        role = _roleOf(member, p256);
        if (role != KeyRole.None && MemberSignatures.isByP256Key(digest, signature)) {
            return (p256, role);
        }
        return _contractSignerOf(member, digest, signature);
    }

    function _contractSignerOf(
        address member,
        bytes32 digest,
        bytes calldata signature
    ) private view returns (address, KeyRole) {
        // 20 bytes of an address, then what it is to check.
        if (signature.length < 20) return (address(0), KeyRole.None);
        address key = address(bytes20(signature[0:20]));
        KeyRole role = _roleOf(member, key);
        return
            role != KeyRole.None &&
            key.code.length != 0 &&
            MemberSignatures.isByContract(key, digest, signature[20:])
                ? (key, role)
                : (address(0), KeyRole.None);
    }

    /// @dev The role of an added key that is active, if the member has no successor.
    function _roleOf(address member, address key) private view returns (KeyRole) {
        if (key == address(0)) return KeyRole.None; // never added; saves the read
        KeyEntry storage entry = _keys[member][key];
        return block.timestamp < entry.activeFrom ? KeyRole.None : entry.role;
    }

    function _isPending(address member, Account storage account) private view returns (bool) {
        return block.timestamp < _keys[member][account.pending].activeFrom;
    }

    function _spentToday(KeyEntry storage entry) private view returns (uint256) {
        return entry.spentDay == block.timestamp / 1 days ? entry.spent : 0;
    }

    function _requireWellFormed(KeyChange memory change) private pure {
        if (change.key == address(0) || change.key == change.member) {
            revert KeyInvalid(change.member, change.key);
        }
        if ((change.role == KeyRole.Limited) != (change.dailyLimit != 0)) {
            revert KeyDailyLimitInvalid(change.role, change.dailyLimit);
        }
    }
}
