import { Component, type ReactNode } from 'react';

/**
 * A sentence instead of a blank page when it breaks. Also catches a part of the page that can't be loaded, for one after an update of the
 * server.
 */
export class Safety extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError(): { broken: boolean } {
    return { broken: true };
  }

  override render(): ReactNode {
    if (!this.state.broken) return this.props.children;
    return (
      <main className="mx-auto max-w-md px-6 py-24 text-center" role="alert">
        <h1 className="text-2xl font-bold tracking-tight">This page has stopped</h1>
        <p className="mt-3 text-muted">Nothing was lost or spent by that. Reload it and go on.</p>
        <button type="button" className="button button-primary mt-6" onClick={() => location.reload()}>
          Reload
        </button>
      </main>
    );
  }
}
