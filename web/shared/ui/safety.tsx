import { Component, type ReactNode } from 'react';

/** What a page says when it breaks. */
export interface StoppedWords {
  title: string;
  text: string;
  reload: string;
}

const english = (): StoppedWords => ({
  title: 'This page has stopped',
  text: 'Nothing was lost or spent by that. Reload it and go on.',
  reload: 'Reload',
});

interface Props {
  children: ReactNode;
  stopped?: (() => StoppedWords) | undefined;
}

/**
 * A sentence instead of a blank page when it breaks. Also catches a part of the page that can't be loaded, for one after an update of the
 * server.
 */
export class Safety extends Component<Props, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError(): { broken: boolean } {
    return { broken: true };
  }

  override render(): ReactNode {
    if (!this.state.broken) return this.props.children;
    const { stopped = english } = this.props;
    const { title, text, reload } = stopped();
    return (
      <main className="mx-auto max-w-md px-6 py-24 text-center" role="alert">
        <h1 className="text-2xl font-bold tracking-tight">{title}</h1>
        <p className="mt-3 text-muted">{text}</p>
        <button type="button" className="button button-primary mt-6" onClick={() => location.reload()}>
          {reload}
        </button>
      </main>
    );
  }
}
