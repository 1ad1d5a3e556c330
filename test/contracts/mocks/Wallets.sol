// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @dev A contract account with one owner, as ERC-1271 wants it.
contract OwnedWallet is IERC1271 {
    address private immutable _owner;

    constructor(address owner) {
        _owner = owner;
    }

    function isValidSignature(bytes32 hash, bytes memory signature) external view returns (bytes4) {
        (address signer, , ) = ECDSA.tryRecover(hash, signature);
        return signer == _owner ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }
}

/// @dev Burns all the gas that it is given.
contract GasBombWallet {
    fallback() external {
        while (true) {}
    }
}

/// @dev Returns 3,200 words, the first of which is ERC-1271's magic value.
contract ReturnBombWallet {
    fallback() external {
        bytes32 magic = IERC1271.isValidSignature.selector;
        assembly {
            mstore(0, magic)
            return(0, 102400)
        }
    }
}

/// @dev Answers yes in four bytes instead of a word.
contract ShortAnswerWallet {
    fallback() external {
        bytes32 magic = IERC1271.isValidSignature.selector;
        assembly {
            mstore(0, magic)
            return(0, 4)
        }
    }
}

/// @dev Tries to change something while it is asked.
contract WritingWallet {
    uint256 private _asked;

    function isValidSignature(bytes32, bytes calldata) external returns (bytes4) {
        ++_asked;
        return IERC1271.isValidSignature.selector;
    }
}

interface IBalances {
    function balanceOf(address account) external view returns (uint256);
}

/// @dev Agrees to everything as soon as somebody holds no more than a certain number of points.
contract WatchingWallet is IERC1271 {
    IBalances private immutable _token;
    address private immutable _watched;
    uint256 private immutable _limit;

    constructor(IBalances token, address watched, uint256 limit) {
        (_token, _watched, _limit) = (token, watched, limit);
    }

    function isValidSignature(bytes32, bytes calldata) external view returns (bytes4) {
        bool agrees = _token.balanceOf(_watched) <= _limit;
        return agrees ? IERC1271.isValidSignature.selector : bytes4(0);
    }
}
