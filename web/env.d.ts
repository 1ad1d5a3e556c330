/// <reference types="vite/client" />

/** A catalogue, compiled in the build. */
declare module '*.po' {
  import type { Messages } from '@lingui/core';
  export const messages: Messages;
}
