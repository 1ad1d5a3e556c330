// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {Base64} from "@openzeppelin/contracts/utils/Base64.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MemberAccounts} from "../../../contracts/members/MemberAccounts.sol";
import {vm} from "../Vm.sol";

/// @dev A member's contract account with one owner.
contract OwnedAccount is IERC1271 {
    address private immutable _owner;

    constructor(address owner) {
        _owner = owner;
    }

    function isValidSignature(bytes32 hash, bytes memory signature) external view returns (bytes4) {
        (address signer, , ) = ECDSA.tryRecover(hash, signature);
        return signer == _owner ? IERC1271.isValidSignature.selector : bytes4(0);
    }
}

enum KeyKind {
    Eoa,
    EoaCompact,
    Device,
    Passkey,
    OwnedContract
}

/// @param secret The private key, on the curve that the kind asks for.
struct Member {
    KeyKind kind;
    address account;
    uint256 secret;
}

/// @title Members with real keys
/// @notice One for each form of signature that the coalition accepts.
library Members {
    /// @dev The order of the curve P-256.
    uint256 private constant N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551;

    function create(KeyKind kind, uint256 secret) internal returns (Member memory member) {
        member.kind = kind;
        member.secret = secret;
        if (kind == KeyKind.OwnedContract) {
            member.account = address(new OwnedAccount(vm.addr(secret)));
        } else if (kind == KeyKind.Device || kind == KeyKind.Passkey) {
            (uint256 x, uint256 y) = vm.publicKeyP256(secret);
            member.account = MemberAccounts.accountOf(bytes32(x), bytes32(y));
        } else {
            member.account = vm.addr(secret);
        }
    }

    /// @notice The member's signature for `digest`.
    function sign(Member memory member, bytes32 digest) internal pure returns (bytes memory) {
        if (member.kind == KeyKind.Device) return _signAsDevice(member.secret, digest);
        if (member.kind == KeyKind.Passkey) return sign(member, digest, 0x05);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(member.secret, digest);
        if (member.kind == KeyKind.EoaCompact) {
            return abi.encodePacked(r, bytes32(uint256(s) | (uint256(v - 27) << 255)));
        }
        return abi.encodePacked(r, s, v);
    }

    function _signAsDevice(uint256 secret, bytes32 digest) private pure returns (bytes memory) {
        (uint256 x, uint256 y) = vm.publicKeyP256(secret);
        (bytes32 r, bytes32 s) = _signLow(secret, sha256(abi.encodePacked(digest)));
        return abi.encodePacked(x, y, r, s);
    }

    /// @notice The assertion that a phone makes, with the digest as challenge.
    /// @param flags 0x05 is user present and verified.
    function sign(
        Member memory member,
        bytes32 digest,
        uint8 flags
    ) internal pure returns (bytes memory) {
        uint256 secret = member.secret;
        bytes memory authenticator = abi.encodePacked(sha256("tessera.example"), flags, uint32(0));
        // solhint-disable quotes
        string memory client = string.concat(
            '{"type":"webauthn.get","challenge":"',
            Base64.encodeURL(abi.encodePacked(digest)),
            '","origin":"https://tessera.example"}'
        );
        // solhint-enable quotes
        bytes32 message = sha256(abi.encodePacked(authenticator, sha256(bytes(client))));
        (bytes32 r, bytes32 s) = _signLow(secret, message);
        (uint256 x, uint256 y) = vm.publicKeyP256(secret);
        // The challenge begins at byte 23 of the client's data, the type at byte 1.
        return abi.encodePacked(x, y, abi.encode(r, s, 23, 1, authenticator, client));
    }

    function _signLow(uint256 secret, bytes32 hash) private pure returns (bytes32 r, bytes32 s) {
        (r, s) = vm.signP256(secret, hash);
        if (uint256(s) > N / 2) s = bytes32(N - uint256(s));
    }
}
