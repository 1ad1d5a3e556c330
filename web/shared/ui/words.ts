import { createContext, useContext } from 'react';

/** The few words that the shared parts of all pages say by themselves. */
export interface UiWords {
  close: string;
  loading: string;
}

const UiWordsContext = createContext<UiWords>({ close: 'Close', loading: 'Loading' });

/** A page in another language than English says these words itself. */
export const UiWordsProvider = UiWordsContext.Provider;

export const useUiWords = (): UiWords => useContext(UiWordsContext);
