/// <reference types="vite/client" />

/** A catalogue, compiled in the build. */
declare module '*.po' {
  import type { Messages } from '@lingui/core';
  export const messages: Messages;
}

/** The README's section that a newcomer begins with, in Markdown (web/quick-start.ts). */
declare module 'virtual:quick-start' {
  const section: { readonly title: string; readonly text: string };
  export default section;
}
