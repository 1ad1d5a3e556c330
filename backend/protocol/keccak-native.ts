/** keccak-256 by WebAssembly, about eight times as fast as plain JavaScript. For servers and scripts: importing it is enough. */
import { createKeccak } from 'hash-wasm';
import { useKeccak } from './keccak.ts';

const BITS = 256;
const hasher = await createKeccak(BITS);

useKeccak((data) => hasher.init().update(data).digest('binary'));
