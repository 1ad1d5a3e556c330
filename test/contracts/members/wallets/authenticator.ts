/** Keys that live in a browser: a WebAuthn credential of Chromium's virtual authenticator, and one of its WebCrypto. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CDPSession, Page } from 'playwright-core';
import type { Address, Hex } from 'viem';
import {
  type DeviceKey,
  deviceKeyAccount,
  packDeviceSignature,
  parseJwk,
  parseSpki,
} from '../../../../backend/protocol/account.ts';
import { hexToBytes } from '../../../../backend/protocol/bytes.ts';
import { packPasskeySignature } from '../../../../backend/protocol/keys.ts';
import { launchBrowser } from '../../../helpers/browser.ts';

/** A key in the browser: its account, and its signature of a digest as the contracts take it. */
export interface BrowserKey {
  readonly account: Address;
  sign(digest: Hex): Promise<Hex>;
}

/** A WebAuthn credential, which can also sign without asking for a finger or a PIN. */
export interface BrowserPasskey extends BrowserKey {
  signUnverified(digest: Hex): Promise<Hex>;
}

/** A browser with an authenticator, on a page that may use both. */
export interface BrowserOfKeys {
  /** Makes a WebAuthn credential. */
  createPasskey(): Promise<BrowserPasskey>;
  /** Makes a WebCrypto key that can't leave the browser. */
  createDeviceKey(): Promise<BrowserKey>;
  close(): Promise<void>;
}

/** Starts one browser; `close` ends it. */
export async function openBrowserOfKeys(): Promise<BrowserOfKeys> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>keys</title>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await launchBrowser();
  const page = await browser.newPage();
  await page.goto(`http://localhost:${(server.address() as AddressInfo).port}`);
  const devtools = await page.context().newCDPSession(page);
  await addAuthenticator(devtools);
  return {
    createPasskey: () => createPasskey(page),
    createDeviceKey: () => createDeviceKey(page),
    close: async () => {
      await browser.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function addAuthenticator(devtools: CDPSession): Promise<void> {
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

async function createPasskey(page: Page): Promise<BrowserPasskey> {
  const { id, spki } = await page.evaluate(async () => {
    const created = await navigator.credentials.create({
      publicKey: {
        challenge: crypto.getRandomValues(new Uint8Array(32)),
        rp: { id: 'localhost', name: 'Tessera' },
        user: { id: crypto.getRandomValues(new Uint8Array(16)), name: 'ana', displayName: 'Ana' },
        pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      },
    });
    const { rawId, response } = created as PublicKeyCredential;
    const publicKey = (response as AuthenticatorAttestationResponse).getPublicKey();
    return { id: [...new Uint8Array(rawId)], spki: [...new Uint8Array(publicKey ?? [])] };
  });
  const key = known(parseSpki(Uint8Array.from(spki)), 'the authenticator made a key that is not P-256');
  const signWith = async (digest: Hex, userVerification: UserVerificationRequirement) => {
    const made = await page.evaluate(assertion, {
      id,
      challenge: [...hexToBytes(digest)],
      userVerification,
    });
    const signature = packPasskeySignature(key, {
      authenticatorData: Uint8Array.from(made.authenticatorData),
      clientDataJSON: Uint8Array.from(made.clientDataJSON),
      signature: Uint8Array.from(made.signature),
    });
    return known(signature, 'the authenticator made no assertion');
  };
  return {
    account: deviceKeyAccount(key),
    sign: (digest) => signWith(digest, 'required'),
    signUnverified: (digest) => signWith(digest, 'discouraged'),
  };
}

interface AssertionRequest {
  readonly id: number[];
  readonly challenge: number[];
  readonly userVerification: UserVerificationRequirement;
}

/** Runs in the page. */
async function assertion({ id, challenge, userVerification }: AssertionRequest) {
  const made = await navigator.credentials.get({
    publicKey: {
      challenge: Uint8Array.from(challenge),
      allowCredentials: [{ type: 'public-key', id: Uint8Array.from(id) }],
      userVerification,
    },
  });
  const response = (made as PublicKeyCredential).response as AuthenticatorAssertionResponse;
  return {
    authenticatorData: [...new Uint8Array(response.authenticatorData)],
    clientDataJSON: [...new Uint8Array(response.clientDataJSON)],
    signature: [...new Uint8Array(response.signature)],
  };
}

async function createDeviceKey(page: Page): Promise<BrowserKey> {
  const pair = await page.evaluateHandle(() =>
    crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']),
  );
  const jwk = await pair.evaluate(({ publicKey }) => crypto.subtle.exportKey('jwk', publicKey));
  const key: DeviceKey = known(parseJwk(jwk as JsonWebKey), 'the browser made a key that is not P-256');
  return {
    account: deviceKeyAccount(key),
    sign: async (digest) => {
      const signed = await pair.evaluate(
        async ({ privateKey }, bytes) => {
          const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
          const made = await crypto.subtle.sign(algorithm, privateKey, Uint8Array.from(bytes));
          return [...new Uint8Array(made)];
        },
        [...hexToBytes(digest)],
      );
      return packDeviceSignature(key, Uint8Array.from(signed));
    },
  };
}

function known<T>(value: T | null, otherwise: string): T {
  if (value === null) throw new TypeError(otherwise);
  return value;
}
